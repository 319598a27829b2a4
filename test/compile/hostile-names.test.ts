import { expect, test } from 'vitest'
import {
  bodyOf,
  compileFor,
  expectError,
  findings,
  graphOf,
  jobIn,
  jobsNamed,
  oneStep,
  oneWorkflow,
  planFor,
  scriptOf,
} from './oracles/support.ts'

/** Names that mean something to JavaScript, and characters that mean something to terminals. */

const inherited = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__proto__',
  '__defineGetter__',
]

const nothing = (name: string): readonly (readonly [string, string])[] => [
  ['job', oneWorkflow(`    jobs: ["${name}"]`)],
  ['requirement', oneWorkflow(`    jobs: [{ a: { requires: ["${name}"] } }]`)],
  ['step', oneStep(`"${name}"`)],
  ['executor', oneStep('checkout').replace('machine: {', `executor: "${name}"\n    x: {`)],
  ['orb', oneStep(`${name}/x`)],
  ['element of an orb', `${oneStep(`o/${name}`)}orbs: { o: {} }\n`],
  ['parameter', oneStep(`run: "<< parameters.${name} >>"`)],
  ['parameter of the pipeline', oneStep(`run: "<< pipeline.parameters.${name} >>"`)],
  ['value', oneStep(`run: "<< pipeline.${name} >>"`)],
  ['value of an expression', oneWorkflow(`    when: pipeline.git.${name}\n    jobs: [a]`)],
  ['argument', oneWorkflow(`    jobs: [{ a: { "${name}": 1 } }]`)],
  ['operator', oneWorkflow(`    when: { "${name}": [1] }\n    jobs: [a]`)],
  ['status', oneWorkflow(`    jobs: [b, { a: { requires: [{ b: "${name}" }] } }]`)],
  ['type', oneWorkflow(`    jobs: [{ a: { type: "${name}" } }]`)],
  [
    'type of a parameter',
    `${oneStep('checkout')}parameters: { p: { type: "${name}", default: 1 } }\n`,
  ],
]

test.each(inherited)('nothing is called %s that was not declared', (name) => {
  for (const [about, text] of nothing(name)) {
    const errors = findings(text).filter(({ severity }) => severity === 'error')
    const said = errors.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n')
    expect([about, said]).toEqual([about, expect.stringContaining(name)])
  }
})

test.each(inherited.slice(0, 4))('everything may be called %s', (name) => {
  const text = `version: 2.1
parameters: { ${name}: { type: string, default: pipe } }
orbs:
  ${name}:
    commands:
      ${name}:
        parameters: { ${name}: { type: string } }
        steps: [{ run: "orb << parameters.${name} >>" }]
executors:
  ${name}:
    parameters: { ${name}: { type: string, default: img } }
    docker: [{ image: << parameters.${name} >> }]
    environment: { ${name}: "1" }
commands:
  ${name}:
    parameters: { ${name}: { type: enum, enum: [${name}, other] } }
    steps: [{ run: "command << parameters.${name} >>" }]
jobs:
  ${name}:
    parameters: { ${name}: { type: string } }
    executor: { name: ${name}, ${name}: image }
    steps:
      - ${name}: { ${name}: ${name} }
      - ${name}/${name}: { ${name}: << parameters.${name} >> }
      - run: << pipeline.parameters.${name} >>
  after: { machine: true, steps: [checkout] }
workflows:
  ${name}:
    jobs:
      - ${name}: { matrix: { alias: ${name}, parameters: { ${name}: [v1, v2] } } }
      - after: { requires: [${name}], context: [${name}] }
`
  expect(graphOf(text)).toEqual({
    [name]: { [`${name}-v1`]: '', [`${name}-v2`]: '', after: `${name}-v1, ${name}-v2` },
  })
  expect(scriptOf(text, {}, `${name}-v2`)).toEqual([`command ${name}`, 'orb v2', 'pipe'])
  const body = bodyOf(text, {}, `${name}-v1`)
  expect(body.runsIn).toMatchObject({ images: [{ image: 'image' }] })
  expect(Object.entries(body.environment)).toEqual([[name, '1']])
  expect(jobIn(planFor(text), 'after').contexts).toEqual([name])
})

test('`__proto__` changes no object: it is a key or it is refused', () => {
  const keys = [
    'jobs',
    'commands',
    'executors',
    'parameters',
    'orbs',
    'workflows',
    'job-groups',
    'x',
  ]
  for (const key of keys) {
    const text = oneStep('checkout').replace('version: 2.1\n', `version: 2.1\n`)
    const polluted = `${text.replace(`${key}:\n`, `${key}:\n  __proto__: { polluted: yes }\n`)}${text.includes(`${key}:\n`) ? '' : `${key}: { __proto__: { polluted: yes } }\n`}`
    expect(['compiled', 'rejected']).toContain(compileFor(polluted).kind)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  }
  const environment = bodyOf(
    'version: 2\njobs: { build: { machine: true, environment: { __proto__: a, B: b }, steps: [checkout] } }\n',
  ).environment
  expect(Object.entries(environment)).toEqual([
    ['__proto__', 'a'],
    ['B', 'b'],
  ])
})

test('a value of the trigger called `__proto__` is an unexpected argument', () => {
  const parameters: Record<string, unknown> = JSON.parse('{ "__proto__": "x" }')
  expectError(oneStep('checkout'), [/__proto__/], { parameters })
})

const escape = '\u001b[31m'

test.each([
  ['a NUL', '"a\\0b"'],
  ['an escape', `"a\\e[31mb"`],
  ['a line break', '"a\\nb"'],
  ['half a character', '"a\\ud800b"'],
  ['a change of direction', '"a\\u202eb"'],
  ['ten thousand letters', `"${'n'.repeat(10_000)}"`],
])('a name with %s has an answer wherever it stands', (_about, name) => {
  const texts = [
    `version: 2.1\n${jobsNamed('a')}  ${name.length > 1000 ? `? ${name}\n  ` : name}: { machine: true, steps: [checkout] }\nworkflows: { w: { jobs: [a, ${name}] } }\n`,
    oneWorkflow(`    jobs: [{ a: { name: ${name} } }, { b: { requires: [${name}] } }]`),
    oneWorkflow(`    jobs: [{ a: { context: [${name}], serial-group: ${name} } }]`),
    oneStep(`run: { command: a, name: ${name}, environment: { A: ${name} } }`),
    oneStep(`run: { command: ${name}, when: ${name} }`),
    oneWorkflow(`    when: ${name}\n    jobs: [a]`),
    oneWorkflow(`    jobs: [{ a: { filters: { branches: { only: ${name} } } } }]`),
  ]
  for (const text of texts) {
    const answer = compileFor(text)
    expect(['compiled', 'rejected']).toContain(answer.kind)
    if (answer.kind === 'rejected')
      for (const { where } of answer.diagnostics) expect(where.line).toBeGreaterThan(0)
  }
})

test('bytes that no config has are refused', () => {
  expectError(`version: 2.1\u0000\njobs: {}\n`, [/NUL|character|YAML/i])
  expectError(`version: 2.1\njobs: { a${escape}: 1 }\n`, [/./])
})
