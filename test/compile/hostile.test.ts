import { expect, test } from 'vitest'
import { answerInChild, expectRefusal, repeat } from './hostile.ts'
import { oneJob, oneStep, oneWorkflow } from './oracles/support.ts'

/** What is written to bring a server down: each gets an answer, from a process with little memory. */

const bomb = (item: (index: number) => string) =>
  `a0: &a0 [x, x]\n${repeat(40, (index) => `a${index + 1}: &a${index + 1} ${item(index)}\n`)}${oneStep('checkout')}`

const nested = (open: string, close: string, depth: number, inner = 'true') =>
  `${open.repeat(depth)}${inner}${close.repeat(depth)}`

test.each([
  ['lists of aliases', bomb((index) => `[*a${index}, *a${index}, *a${index}]`)],
  ['maps of aliases', bomb((index) => `{ x: *a${index}, y: *a${index} }`)],
])('%s that multiply are refused', (_about, config) => {
  expectRefusal(config, [/alias/])
})

test('merge keys that multiply are refused, or come to an end', () => {
  const keys = (index: number) => repeat(200, (key) => `k${index}_${key}: 1, `)
  const config = `${repeat(200, (index) => `m${index}: &m${index} { ${index === 0 ? '' : `<<: *m${index - 1}, `}${keys(index)} }\n`)}${oneStep('checkout')}`
  expect(['compiled', 'rejected']).toContain(answerInChild(config).kind)
})

test.each([
  ['lists', (depth: number) => `x: ${nested('[', ']', depth)}\n${oneStep('checkout')}`],
  ['maps', (depth: number) => `x: ${nested('{ a: ', '}', depth)}\n${oneStep('checkout')}`],
  [
    'indented maps',
    (depth: number) =>
      `${repeat(Math.min(depth, 2500), (index) => `${' '.repeat(index)}a:\n`)}${oneStep('checkout')}`,
  ],
  [
    'logic statements',
    (depth: number) => oneWorkflow(`    when: ${nested('{ not: ', ' }', depth)}\n    jobs: [a]`),
  ],
  [
    'conditional steps',
    (depth: number) =>
      oneStep(nested('when: { condition: true, steps: [{ ', ' }] }', depth, 'run: a')),
  ],
])('%s in one another are refused at some depth', (_about, config) => {
  for (const depth of [5000, 100_000]) expectRefusal(config(depth), [/nested|deep|levels|tokens/])
  expect(['compiled', 'rejected']).toContain(answerInChild(config(150)).kind)
})

test('thirty conditions in one another are understood', () => {
  const step = nested('when: { condition: true, steps: [{ ', ' }] }', 30, 'run: a')
  expect(answerInChild(oneStep(step))).toEqual({ kind: 'compiled', errors: [] })
})

test.each([
  ['brackets', nested('(', ')', 1000)],
  ['negations', nested('not ', '', 500)],
  ['marks', nested('!', '', 1900)],
  ['alternatives', nested('true or ', '', 250)],
])('an expression of many %s has an answer', (_about, expression) => {
  const { kind, errors } = answerInChild(oneWorkflow(`    when: '${expression}'\n    jobs: [a]`))
  if (kind === 'rejected') expect(errors.join()).toMatch(/nested|deep|levels|100/)
  else expect(kind).toBe('compiled')
})

const commands = (list: string, first = 'c0') =>
  `version: 2.1\ncommands:\n${list}jobs: { it: { machine: true, steps: [${first}] } }\nworkflows: { w: { jobs: [it] } }\n`

test('a thousand commands that call one another in a row have an answer', () => {
  const chain = repeat(1000, (index) => `  c${index}: { steps: [c${index + 1}] }\n`)
  const { kind, errors } = answerInChild(commands(`${chain}  c1000: { steps: [checkout] }\n`))
  if (kind === 'rejected') expect(errors.join()).toMatch(/nested|deep|levels|calls/)
  else expect(kind).toBe('compiled')
})

test.each([
  ['itself', commands('  c0: { steps: [checkout, c0] }\n'), [/c0/]],
  [
    'its caller',
    commands('  c0: { steps: [c1] }\n  c1: { steps: [c2] }\n  c2: { steps: [c0] }\n'),
    [/c0/, /c1/, /c2/],
  ],
  [
    'itself in a condition',
    commands('  c0: { steps: [{ when: { condition: true, steps: [c0] } }] }\n'),
    [/c0/],
  ],
  [
    'itself through an orb',
    `${oneStep('o/a')}orbs: { o: { commands: { a: { steps: [b] }, b: { steps: [{ when: { condition: true, steps: [a] } }] } } } }\n`,
    [/o\/a|\ba\b/, /o\/b|\bb\b/],
  ],
])('a command that calls %s is refused, with the chain of calls', (_about, config, says) => {
  expectRefusal(config, [...says, /calls|recurs|itself|cycle/i])
})

test('a command that is handed to itself is no recursion, but ends', () => {
  const config = commands(
    '  c0: { parameters: { s: { type: steps, default: [] } }, steps: [{ run: a }, { steps: << parameters.s >> }] }\n',
    '{ c0: { s: [{ c0: { s: [c0] } }] } }',
  )
  expect(answerInChild(config)).toEqual({ kind: 'compiled', errors: [] })
})

test.each([
  ['itself', { 'a/a@1': 'version: 2.1\norbs: { a: a/a@1 }\ncommands: { x: { steps: [a/x] } }\n' }],
  [
    'its importer',
    {
      'a/a@1': 'version: 2.1\norbs: { b: b/b@1 }\ncommands: { x: { steps: [b/x] } }\n',
      'b/b@1': 'version: 2.1\norbs: { a: a/a@1 }\ncommands: { x: { steps: [a/x] } }\n',
    },
  ],
  ['itself by an alias', { 'a/a@1': 'version: 2.1\norbs: { a: a/a@1 }\ncommands: { x: a/x }\n' }],
])('an orb that imports %s is refused', (_about, orbs) => {
  const config = `${oneStep('o/x')}orbs: { o: a/a@1 }\n`
  expectRefusal(config, [/calls|recurs|itself|import|cycle|deep/i], { orbs })
})

const matrix = (parameters: number, values: number) => {
  const names = Array.from({ length: parameters }, (_, index) => `p${index}`)
  const list = `[${Array.from({ length: values }, (_, index) => index).join(', ')}]`
  return `version: 2.1
jobs:
  it:
    parameters: { ${names.map((name) => `${name}: { type: integer }`).join(', ')} }
    machine: true
    steps: [checkout]
workflows:
  w: { jobs: [{ it: { matrix: { parameters: { ${names.map((name) => `${name}: ${list}`).join(', ')} } } } }] }
`
}

test.each([
  [10, 4, /1[ ,._]?048[ ,._]?576|million/],
  [3, 100, /1[ ,._]?000[ ,._]?000|million/],
  [300, 300, /\d/],
])('a matrix of %i parameters with %i values each is refused', (parameters, values, count) => {
  expectRefusal(matrix(parameters, values), [/matrix/, count])
})

const laughs = (levels: number, width: number) =>
  commands(
    `${repeat(levels, (index) => `  c${index}: { steps: [${Array.from({ length: width }, () => `c${index + 1}`).join(', ')}] }\n`)}  c${levels}: { steps: [{ run: haha }] }\n`,
  )

test('commands that multiply steps beyond measure are refused', () => {
  expectRefusal(laughs(9, 10), [/steps|large/, /\d{3}/])
  expectRefusal(laughs(60, 2), [/steps|large|deep/])
  expect(['compiled', 'rejected']).toContain(answerInChild(laughs(4, 15)).kind)
})

test('a parameter that doubles at each call is refused', () => {
  const doubling = (levels: number) => {
    const twice = '"<< parameters.x >><< parameters.x >>"'
    const declared = 'parameters: { x: { type: string, default: haha } }'
    const chain = repeat(
      levels,
      (index) => `  c${index}: { ${declared}, steps: [{ c${index + 1}: { x: ${twice} } }] }\n`,
    )
    return commands(`${chain}  c${levels}: { ${declared}, steps: [{ run: << parameters.x >> }] }\n`)
  }
  for (const levels of [24, 30, 50])
    expectRefusal(doubling(levels), [/large|long|characters|size|deep|levels/i])
})

test('steps that double at each call are refused', () => {
  const declared = 'parameters: { s: { type: steps, default: [{ run: haha }] } }'
  const twice = '[{ steps: << parameters.s >> }, { steps: << parameters.s >> }]'
  const chain = repeat(
    40,
    (index) => `  c${index}: { ${declared}, steps: [{ c${index + 1}: { s: ${twice} } }] }\n`,
  )
  const config = commands(
    `${chain}  c40: { ${declared}, steps: [{ steps: << parameters.s >> }] }\n`,
  )
  expectRefusal(config, [/steps|large|deep|levels/])
})

test('ten thousand invocations have an answer', () => {
  const config = oneWorkflow(
    `    jobs:\n${repeat(10_000, (index) => `      - a: { name: n${index}${index === 0 ? '' : `, requires: [n${index - 1}]`} }\n`)}`,
  )
  const { kind, errors } = answerInChild(config)
  if (kind === 'rejected') expect(errors.join()).toMatch(/10[ ,.]?0\d\d|limit|more than/)
  else expect(kind).toBe('compiled')
})

test.each([
  ['one text', () => oneStep(`run: ${'x'.repeat(10 << 20)}`)],
  [
    'lines',
    () =>
      oneJob(
        `    machine: true\n    steps:\n${repeat(400_000, () => '      - run: echo hello\n')}`,
      ),
  ],
  ['keys', () => repeat(700_000, (index) => `key${index}: 1\n`)],
  ['brackets', () => '['.repeat(10 << 20)],
  ['templates', () => oneStep(`run: "${'<< pipeline.number >>'.repeat(400_000)}"`)],
  ['open templates', () => oneStep(`run: "${'<<'.repeat(2 << 20)}"`)],
])('ten megabytes of %s have an answer', (_about, config) => {
  expect(['compiled', 'rejected']).toContain(answerInChild(config()).kind)
})
