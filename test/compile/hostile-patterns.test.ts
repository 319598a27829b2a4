import { expect, test } from 'vitest'
import { answerInChild, expectRefusal, repeat } from './hostile.ts'
import { findings, oneJob, oneStep, oneWorkflow } from './oracles/support.ts'

/** Patterns and numbers that are written to take for ever. */

const long = `${'a'.repeat(60)}!`
const event = { branch: long }
const slow = /slow|long|time/i

const filters = (keys: string) => oneWorkflow(`    jobs: [{ a: { filters: ${keys} } }]`)
const gate = (when: string) => oneWorkflow(`    when: ${when}\n    jobs: [a]`)

test.each([
  ['a filter', filters('{ branches: { only: "/(a+)+$/" } }')],
  ['a filter that ignores', filters('{ branches: { ignore: "/(a|aa)+$/" } }')],
  ['an expression of a job', filters(`'pipeline.git.branch matches /(a+)+$/'`)],
  ['an expression of a workflow', gate('pipeline.git.branch matches /(a+)+$/')],
  [
    'a logic statement',
    gate('{ matches: { pattern: "(a+)+$", value: << pipeline.git.branch >> } }'),
  ],
  [
    'a step',
    oneStep(
      'when: { condition: { matches: { pattern: "(.*a){40}", value: << pipeline.git.branch >> } }, steps: [checkout] }',
    ),
  ],
])('a pattern in %s that takes for ever is refused', (_about, config) => {
  expectRefusal(config, [slow], event)
})

test('a hundred of them take no longer than a few', () => {
  const job = (index: number) =>
    `      - a: { name: n${index}, filters: { branches: { only: "/(a+)+${index}$/" } } }\n`
  expectRefusal(oneWorkflow(`    jobs:\n${repeat(100, job)}`), [slow], event)
  const workflow = (index: number) =>
    `  w${index}: { when: 'pipeline.git.branch matches /(a+)+${index}$/', jobs: [a] }\n`
  expectRefusal(`${oneWorkflow('    jobs: [a]')}${repeat(100, workflow)}`, [slow], event)
})

test('a pattern of a hundred thousand characters is refused', () => {
  expectRefusal(filters(`{ branches: { only: "/${'(a'.repeat(50_000)}/" } }`), [/pattern|long|\(/])
})

const steps = '    steps: [checkout]'

test.each([
  [
    'parallelism',
    (value: string) => oneJob(`    machine: true\n    parallelism: ${value}\n${steps}`),
  ],
  ['reruns', (value: string) => oneStep(`run: { command: a, max_auto_reruns: ${value} }`)],
  ['a depth', (value: string) => oneStep(`checkout: { method: shallow, depth: ${value} }`)],
])('a huge number of %s is refused', (_about, config) => {
  for (const value of ['1e309', '99999999999999999999', '.inf', '.nan', '-1', '0x1p-1074'])
    expectRefusal(config(value), [/parallelism|max_auto_reruns|depth/])
})

test.each(['99999999999999999999999h', '1e99h', '-5m', 'NaN'])(
  'a time of %s is refused',
  (time) => {
    expectRefusal(oneStep(`run: { command: a, no_output_timeout: ${time} }`), [
      /no_output_timeout|time/,
    ])
  },
)

test('large integers in an environment stay the text that was written', () => {
  const config = oneJob(
    `    machine: true\n    environment: { A: 123456789012345678901, B: 0o17, C: 1_000, D: 3.10, E: 1e3 }\n${steps}`,
  )
  expect(answerInChild(config).kind).toBe('compiled')
})

test.each(['pipeline.number == 99999999999999999999', 'pipeline.number < 9223372036854775808'])(
  '`%s` is beyond integers, and has an answer',
  (when) => {
    expect(['compiled', 'rejected']).toContain(answerInChild(gate(when)).kind)
  },
)

test('more than a hundred mistakes are counted, not listed', () => {
  const found = findings(
    oneJob(
      `    machine: true\n    steps:\n${repeat(5000, (index) => `      - nonsense${index}\n`)}`,
    ),
  )
  expect(found.length).toBeLessThanOrEqual(100)
  expect(found.map(({ message }) => message).join('\n')).toMatch(/49\d\d more/)
})

test.each([
  ['contexts', 'context', (index: number) => `c${index}`],
  ['requirements', 'requires', (index: number) => `r${index}`],
])('a hundred thousand %s have an answer', (_about, key, name) => {
  const list = Array.from({ length: 100_000 }, (_, index) => name(index)).join(', ')
  expect(answerInChild(oneWorkflow(`    jobs: [b, { a: { ${key}: [${list}] } }]`)).kind).toBe(
    'rejected',
  )
})

test('V52: orbs by URL are counted', () => {
  const urls = (count: number) =>
    `${oneStep('checkout')}orbs:\n${repeat(count, (index) => `  o${index}: https://orbs.example/${index}.yml\n`)}`
  expectRefusal(urls(51), [/51/, /50/, /orb/i])
})

test('V52: the compiled config is measured', () => {
  const text = 'x'.repeat(100_000)
  const config = `version: 2.1
commands: { long: { steps: [{ run: ${text} }] } }
jobs: { it: { machine: true, steps: [${Array.from({ length: 5000 }, () => 'long').join(', ')}] } }
workflows: { w: { jobs: [it] } }
`
  expectRefusal(config, [/large|MB|characters|bytes/])
})
