import { expect, test } from 'vitest'
import { jobOf, stepsOf } from './support.ts'

test('steps keep their order; a word and a map without options are the same', () => {
  const { value, found } = stepsOf('- checkout\n- run: a\n- checkout:\n- checkout: {}')
  expect(found).toEqual([])
  expect(value.map(({ type }) => type)).toEqual(['checkout', 'run', 'checkout', 'checkout'])
  expect(value[2]).toEqual(value[0])
  expect(value[3]).toEqual(value[0])
})

const every: readonly (readonly [step: string, options: string, model: object])[] = [
  ['run', 'command: a', { type: 'run', command: 'a' }],
  ['checkout', 'path: a', { type: 'checkout', path: 'a' }],
  ['save_cache', 'key: k, paths: [p]', { type: 'save_cache', key: 'k', paths: ['p'] }],
  ['restore_cache', 'key: k', { type: 'restore_cache', keys: ['k'] }],
  [
    'persist_to_workspace',
    'root: r, paths: [p]',
    { type: 'persist_to_workspace', root: 'r', paths: ['p'] },
  ],
  ['attach_workspace', 'at: a', { type: 'attach_workspace', at: 'a' }],
  ['store_artifacts', 'path: p', { type: 'store_artifacts', path: 'p', destination: null }],
  ['store_test_results', 'path: p', { type: 'store_test_results', path: 'p' }],
  ['add_ssh_keys', 'fingerprints: [f]', { type: 'add_ssh_keys', fingerprints: ['f'] }],
  ['setup_remote_docker', 'version: default', { type: 'setup_remote_docker', version: 'default' }],
  ['install_signing_bundle', '', { type: 'install_signing_bundle' }],
]
const always: readonly string[] = ['store_artifacts', 'store_test_results']

test.each(every)('every step has a name and a time: %s', (step, options, model) => {
  const own = options === '' ? [] : [options]
  const named = [...own, 'name: Shown', 'when: on_fail'].join(', ')
  expect(stepsOf(`- ${step}: { ${named} }`)).toMatchObject({
    value: [{ ...model, name: 'Shown', when: 'on_fail' }],
    found: [],
  })
  expect(stepsOf(`- ${step}: { ${options} }`)).toMatchObject({
    value: [
      {
        ...model,
        name: step === 'run' ? 'a' : step,
        when: always.includes(step) ? 'always' : 'on_success',
      },
    ],
    found: [],
  })
})

test.each(every)('V7: an unknown key of %s has no effect', (step, options) => {
  const { value, found } = stepsOf(`- ${step}: { zzzz: 1${options === '' ? '' : `, ${options}`} }`)
  expect(value).toHaveLength(1)
  expect(found).toEqual([
    `1:${step.length + 7} warning ignored-key: "zzzz" is not a key of the step ${step} and has no effect`,
  ])
})

test.each([
  ['save_cache: { paths: [a] }', '1:3 error missing-key: key is missing'],
  ['save_cache: { key: a }', '1:3 error missing-key: paths is missing'],
  ['save_cache: { key: a, paths: }', '1:25 error missing-key: paths is missing'],
  ['save_cache: { key: a, paths: [] }', '1:25 error missing-key: paths is an empty list'],
  ['save_cache', '1:3 error missing-key: save_cache needs key and paths'],
  ['restore_cache: {}', '1:3 error missing-key: restore_cache needs key or keys'],
  ['restore_cache: { keys: [] }', '1:3 error missing-key: restore_cache needs key or keys'],
  ['restore_cache', '1:3 error missing-key: restore_cache needs key or keys'],
  ['store_artifacts: {}', '1:3 error missing-key: path is missing'],
  ['store_artifacts', '1:3 error missing-key: store_artifacts needs path'],
  ['store_test_results: {}', '1:3 error missing-key: path is missing'],
  ['store_test_results:', '1:3 error missing-key: store_test_results needs path'],
  ['attach_workspace: {}', '1:3 error missing-key: at is missing'],
  ['attach_workspace', '1:3 error missing-key: attach_workspace needs at'],
  ['persist_to_workspace: { paths: [a] }', '1:3 error missing-key: root is missing'],
  ['persist_to_workspace: { root: a }', '1:3 error missing-key: paths is missing'],
  [
    'persist_to_workspace: { root: a, paths: [] }',
    '1:36 error missing-key: paths is an empty list',
  ],
  ['persist_to_workspace', '1:3 error missing-key: persist_to_workspace needs root and paths'],
])('V38: `%s` lacks a key', (written, message) => {
  expect(stepsOf(`- ${written}`)).toMatchObject({ value: [], found: [message] })
})

test.each([
  ['save_cache: text', '1:15 error wrong-type: save_cache must be a map of keys and values'],
  [
    'store_artifacts: [a]',
    '1:3 error wrong-type: store_artifacts must be a map of keys and values',
  ],
])('`%s` has options of a wrong form', (written, message) => {
  const { value, found } = stepsOf(`- ${written}`)
  expect(value).toEqual([])
  expect(found).toEqual([expect.stringContaining(message)])
})

test('V54: a step with several keys is told from bad indentation', () => {
  const { value, found, hints } = stepsOf('- run:\n  name: a\n  command: b')
  expect(value).toEqual([])
  expect(found).toEqual([
    '1:3 error step-keys: a step has one key, this one has 3: run, name, command',
  ])
  expect(hints).toEqual([
    'Indent name, command further if they belong to run; else begin a new step with a dash.',
  ])
})

test('V54: a step with no key at all is refused too', () => {
  expect(stepsOf('- {}').found).toEqual(['1:3 error step-keys: the step is empty'])
  expect(stepsOf('-').found).toEqual([expect.stringContaining('error wrong-type')])
})

test.each(['chekout', 'chekout: {}'])('V10: `%s` is no step', (written) => {
  const { value, found, hints } = stepsOf(`- ${written}`)
  expect(value).toEqual([])
  expect(found).toEqual(['1:3 error unknown-step: there is no step or command named "chekout"'])
  expect(hints).toEqual(['Did you mean checkout?'])
})

test('a name that every object has is no step either', () => {
  for (const name of ['constructor', 'toString', '__proto__'])
    expect(stepsOf(`- ${name}`).found).toEqual([expect.stringContaining('error unknown-step')])
})

test('lists in a list of steps are not flattened [I]', () => {
  const { value, found, hints } = stepsOf('- [checkout]')
  expect(value).toEqual([])
  expect(found).toEqual(['1:3 error wrong-type: [0] must be a step, this is a list'])
  expect(hints).toEqual([expect.stringContaining('command')])
})

test.each(['when', 'unless'])('V5: the step %s needs version 2.1', (name) => {
  expect(stepsOf(`- ${name}: { condition: true, steps: [] }`, '2').found).toEqual([
    `1:3 error needs-2.1: the step ${name} needs version 2.1`,
  ])
})

test.each([
  '=unknown',
  'checkout: =unknown',
  'save_cache: { key: =unknown, paths: =unknown }',
  'restore_cache: { keys: =unknown }',
  'attach_workspace: =unknown',
  'run: { command: a, when: =unknown, max_auto_reruns: =unknown }',
])('nothing is reported about what is unknown: %s', (written) => {
  expect(stepsOf(`- ${written}`).found).toEqual([])
  expect(
    jobOf(`steps: [{ ${written.includes(':') ? written : `run: ${written}`} }]`).value.incomplete,
  ).toBe(true)
})

test.each([
  ['{ type: run, name: n, command: c }', { type: 'run', name: 'n', command: 'c' }],
  ['{ type: shell, command: c }', { type: 'run', command: 'c' }],
  ['{ type: cache-save, key: k, paths: [p] }', { type: 'save_cache', key: 'k', paths: ['p'] }],
  ['{ name: n, type: cache-restore, key: k }', { type: 'restore_cache', name: 'n', keys: ['k'] }],
  ['{ type: artifacts-store, path: p }', { type: 'store_artifacts', path: 'p' }],
  ['{ type: test-results-store, path: p }', { type: 'store_test_results', path: 'p' }],
  ['{ type: checkout }', { type: 'checkout' }],
  ['{ type: setup-docker-engine }', { type: 'setup_remote_docker' }],
  ['setup_docker_engine', { type: 'setup_remote_docker' }],
  ['cache-save: { key: k, paths: [p] }', { type: 'save_cache', key: 'k' }],
  ['restore-cache: { key: k }', { type: 'restore_cache', keys: ['k'] }],
  ['store-artifacts: { path: p }', { type: 'store_artifacts', path: 'p' }],
])('version 2 reads the old form %s', (written, model) => {
  expect(stepsOf(`- ${written}`, '2')).toMatchObject({ value: [model], found: [] })
})

test('version 2.1 refuses the old forms and names the present ones', () => {
  const typed = stepsOf('- { type: cache-save, key: k, paths: [p] }')
  expect(typed.found).toEqual([
    '1:5 error old-step: a step with `type:` and its options beside it is a form of version 2',
  ])
  expect(typed.hints).toEqual(['Write `save_cache:` with the options below it.'])
  const engine = stepsOf('- setup_docker_engine')
  expect(engine.found).toEqual([
    '1:3 error old-step: the step setup_docker_engine does not exist in version 2.1',
  ])
  expect(engine.hints).toEqual(['Write setup_remote_docker instead.'])
})

test('a step with hyphens is an old name too', () => {
  const { found, hints } = stepsOf('- restore-cache: { key: k }')
  expect(found).toEqual([
    '1:3 error old-step: the step restore-cache does not exist in version 2.1',
  ])
  expect(hints).toEqual(['Write restore_cache instead.'])
})

test('in an old form what is missing is told by its present name', () => {
  expect(stepsOf('- { type: cache-save, key: k }', '2').found).toEqual([
    '1:3 error missing-key: paths is missing',
  ])
})

test('another `type` is only a key too much', () => {
  expect(stepsOf('- { type: dance, name: a }', '2').found).toEqual([
    expect.stringContaining('error step-keys'),
  ])
})
