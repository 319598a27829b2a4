import { expect, test } from 'vitest'
import { stepsOf } from './support.ts'

/** What becomes of one step. */
const stepOf = (step: string, version: '2' | '2.1' = '2.1') => {
  const { value, ...rest } = stepsOf(`- ${step}`, version)
  return { step: value[0], ...rest }
}

const plain = {
  type: 'run',
  when: 'on_success',
  shell: null,
  environment: {},
  background: false,
  workingDirectory: null,
  noOutputTimeoutMs: 600_000,
  maxAutoReruns: 0,
  autoRerunDelayMs: 0,
  firstTaskOnly: false,
}

test('a run in short is its command, by which it is called', () => {
  const { step, found } = stepOf('run: npm test')
  expect(step).toEqual({ ...plain, command: 'npm test', name: 'npm test' })
  expect(found).toEqual([])
})

test('a run in full holds what was written', () => {
  const { step, found } = stepOf(`run:
    name: Test
    command: |
      one
      two
    shell: bash -e
    environment: { A: 1 }
    background: true
    working_directory: sub
    no_output_timeout: 1.25h
    when: always
`)
  expect(found).toEqual([])
  expect(step).toEqual({
    ...plain,
    name: 'Test',
    command: 'one\ntwo\n',
    shell: 'bash -e',
    environment: { A: '1' },
    background: true,
    workingDirectory: 'sub',
    noOutputTimeoutMs: 4_500_000,
    when: 'always',
  })
})

test('keys without a value, and empty texts, say nothing', () => {
  const keys =
    'name: , shell: "", environment: , background: , working_directory: "", no_output_timeout: , when: , max_auto_reruns: , auto_rerun_delay: '
  const { step, found } = stepOf(`run: { command: a, ${keys} }`)
  expect(step).toEqual({ ...plain, command: 'a', name: 'a' })
  expect(found).toEqual([])
})

test('numbers and other plain words are commands as they are written', () => {
  expect(stepOf('run: { command: 3.10 }').step).toMatchObject({ command: '3.10' })
  expect(stepOf('run: yes').step).toMatchObject({ command: 'yes' })
})

test.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['1.5h', 5_400_000],
  ['1h30m', 5_400_000],
])('a step may be silent for %s', (written, ms) => {
  const { step } = stepOf(`run: { command: a, no_output_timeout: ${written} }`)
  expect(step).toMatchObject({ noOutputTimeoutMs: ms })
})

test.each(['10', '10 minutes', '0s', '501h', 'ten'])(
  'a step cannot be silent for %s',
  (written) => {
    expect(stepOf(`run: { command: a, no_output_timeout: ${written} }`).found).toEqual([
      `1:41 error bad-value: "${written}" is not a time between 1s and 500h`,
    ])
  },
)

test.each(['on_success', 'on_fail', 'always'])('a step may run %s', (when) => {
  expect(stepOf(`run: { command: a, when: ${when} }`).step).toMatchObject({ when })
})

test('a step runs at no other time', () => {
  const { step, found, hints } = stepOf('run: { command: a, when: sometimes }')
  expect(step).toMatchObject({ when: 'on_success' })
  expect(found).toEqual(['1:28 error bad-value: when cannot be "sometimes"'])
  expect(hints).toEqual(['Allowed: on_success, on_fail, always.'])
})

test.each([
  ['run:', '1:3 error missing-key: run needs a command'],
  ['run', '1:3 error missing-key: run needs a command'],
  ['run: {}', '1:3 error missing-key: command is missing'],
  ['run: { command: }', '1:10 error missing-key: command is missing'],
  ['run: [a]', '1:3 error wrong-type: run must be a map of keys and values, this is a list'],
  ['run: { command: [a] }', '1:10 error wrong-type: command must be a text, this is a list'],
])('`%s` is no step', (written, message) => {
  expect(stepOf(written)).toMatchObject({ step: undefined, found: [message] })
})

test('a blank command is a mistake', () => {
  expect(stepOf('run: "  "').found).toEqual(['1:8 error empty-command: the command is empty'])
  expect(stepOf('run: { command: "" }').found).toEqual([
    '1:19 error empty-command: the command is empty',
  ])
})

test('an argument may leave a command blank [I]', () => {
  expect(stepOf('run: =text').found).toEqual([])
  expect(stepOf('run: { command: =text }')).toMatchObject({ step: { command: '' }, found: [] })
})

test('a command nobody knows gives no step, and no complaint', () => {
  expect(stepOf('run: =unknown')).toMatchObject({ step: undefined, found: [] })
  expect(stepOf('run: { command: =unknown, name: a }')).toMatchObject({
    step: undefined,
    found: [],
  })
})

test('V7: a key of a run that was mistyped', () => {
  const { found, hints } = stepOf('run: { comand: a }')
  expect(found).toEqual([
    '1:3 error missing-key: command is missing',
    '1:10 warning ignored-key: "comand" is not a key of the step run and has no effect',
  ])
  expect(hints).toEqual(['There is "comand": did you mean command?', 'Did you mean command?'])
})

test.each([
  ['continue_on_error: true', '|| true'],
  ['attempts: 2', 'max_auto_reruns'],
  ['timeout: 5m', 'no_output_timeout'],
])('V7: `%s` in a run has no effect on CircleCI either', (key, advice) => {
  for (const version of ['2', '2.1'] as const) {
    const { step, found, hints } = stepOf(`run: { command: a, ${key} }`, version)
    expect(step).toMatchObject({ command: 'a' })
    expect(found).toEqual([expect.stringMatching(/^1:22 warning ignored-key/)])
    expect(hints).toEqual([expect.stringContaining(advice)])
  }
})

test.each([
  ['1', 's', 1000],
  ['600', 's', 600_000],
  ['1', 'm', 60_000],
  ['10', 'm', 600_000],
])('a step may be run again %s%s after it failed', (number, unit, ms) => {
  const { step, found } = stepOf(
    `run: { command: a, max_auto_reruns: 5, auto_rerun_delay: ${number}${unit} }`,
  )
  expect(step).toMatchObject({ maxAutoReruns: 5, autoRerunDelayMs: ms })
  expect(found).toEqual([])
})

test.each([
  ['0', 'bad-value: max_auto_reruns must be between 1 and 5, this is 0'],
  ['6', 'bad-value: max_auto_reruns must be between 1 and 5, this is 6'],
  [
    '"3"',
    'wrong-type: max_auto_reruns must be a whole number, without quotes, this is a text ("3")',
  ],
  [
    '1.5',
    'wrong-type: max_auto_reruns must be a whole number, without quotes, this is a number ("1.5")',
  ],
])('V35: a step cannot be run again %s times', (written, message) => {
  const { step, found } = stepOf(`run: { command: a, max_auto_reruns: ${written} }`)
  expect(step).toMatchObject({ maxAutoReruns: 0 })
  expect(found).toEqual([`1:39 error ${message}`])
})

test.each(['11m', '601s', '0s', '1.5m', '1h', '01m', '5'])(
  'V36: %s is no delay before a rerun',
  (written) => {
    const { found } = stepOf(
      `run: { command: a, max_auto_reruns: 1, auto_rerun_delay: ${written} }`,
    )
    expect(found).toEqual([`1:60 error bad-value: "${written}" is not a delay between 1s and 10m`])
  },
)

test('V36: what runs in the background is not run again', () => {
  expect(stepOf('run: { command: a, background: true, max_auto_reruns: 2 }').found).toEqual([
    '1:40 error step-reruns: a background step cannot be rerun: nobody waits for its end',
  ])
  expect(stepOf('run: { command: a, background: false, max_auto_reruns: 2 }').found).toEqual([])
})

test('V36: a delay needs reruns', () => {
  expect(stepOf('run: { command: a, auto_rerun_delay: 5s }').found).toEqual([
    '1:22 error step-reruns: auto_rerun_delay only goes with max_auto_reruns',
  ])
})

test.each(['deploy: ship', 'deploy: { command: ship }'])(
  'V46: `%s` is an old form of run, done by the first task only',
  (written) => {
    const { step, found, hints } = stepOf(written)
    expect(step).toEqual({ ...plain, command: 'ship', name: 'ship', firstTaskOnly: true })
    expect(found).toEqual(['1:3 warning deprecated: deploy is an old form of run'])
    expect(hints).toEqual([expect.stringContaining('Use `run`')])
  },
)

test('shell is the name of run in version 2, and an error in 2.1', () => {
  expect(stepOf('shell: { command: a }', '2')).toMatchObject({
    step: { ...plain, command: 'a' },
    found: [],
  })
  const { found, hints } = stepOf('shell: { command: a }')
  expect(found).toEqual(['1:3 error old-step: the step shell does not exist in version 2.1'])
  expect(hints).toEqual(['Write run instead.'])
})

test('in version 2 `<<` is text [I]', () => {
  const command = 'cat << EOF >> file'
  expect(stepOf(`run: ${command}`, '2')).toMatchObject({ step: { command }, found: [] })
})
