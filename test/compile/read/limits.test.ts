import { expect, test } from 'vitest'
import { codesOf, findings, planOf, withJob, withWorkflow } from '../support.ts'

const steps = '    steps: [checkout]\n'

test.each([
  ['brackets', '['.repeat(50_000)],
  ['dashes', `${'- '.repeat(20_000)}a`],
  ['braces', '{a: '.repeat(20_000)],
  ['maps', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
])('%s nested by the thousand are too deep', (_, text) => {
  expect(codesOf(text)).toEqual(['too-deep'])
})

test('a file of more than ten million characters is refused', () => {
  expect(codesOf(`# ${'x'.repeat(11_000_000)}`)).toEqual(['too-large'])
})

test('a file of millions of YAML tokens is refused', () => {
  expect(codesOf('\n'.repeat(5_000_000))).toEqual(['too-large'])
})

test('a chain of anchors that doubles in each line is refused, though the file is short', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `x${i + 1}: &x${i + 1} [*x${i}, *x${i}]`)
  expect(codesOf(`x0: &x0 [a]\n${lines.join('\n')}\n${withJob(steps)}`)).toContain(
    'too-many-aliases',
  )
})

test('a chain of anchors that nests in each line is too deep', () => {
  const lines = Array.from({ length: 400 }, (_, i) => `x${i + 1}: &x${i + 1} [*x${i}]`)
  expect(codesOf(`x0: &x0 [a]\n${lines.join('\n')}\n${withJob(steps)}`)).toContain('too-deep')
})

test('a long text that is aliased many times is refused', () => {
  const many = '      - run: *x\n'.repeat(20_000)
  const text = `x: &x ${'a'.repeat(100_000)}\n${withJob(`    steps:\n${many}`)}`
  expect(codesOf(text)).toContain('too-many-aliases')
})

test('merge keys that bring in millions of entries are refused', () => {
  const entries = Array.from({ length: 2000 }, (_, i) => `k${i}: 1`).join(', ')
  const text = `a: &a { ${entries} }\nb:\n${'  <<: *a\n'.repeat(2000)}${withJob(steps)}`
  expect(codesOf(text)).toContain('too-many-aliases')
})

test('of thousands of mistakes the first hundred are told, and how many more there are', () => {
  const keys = Array.from({ length: 5000 }, (_, i) => `    bad${i}: 1\n`).join('')
  const found = findings(withJob(`${keys}${steps}`))
  expect(found).toHaveLength(100)
  expect(found[0]).toMatchObject({ code: 'ignored-key', where: { line: 5 } })
  expect(found.at(-1)).toMatchObject({
    code: 'too-many-problems',
    message: '4901 more problems were found',
  })
})

test('warnings do not crowd out errors', () => {
  const notes = Array.from({ length: 300 }, (_, i) => `note${i}: 1\n`).join('')
  expect(codesOf(`${notes}${withJob('    steps: 1\n')}`)).toContain('wrong-type')
})

test('a mistake under an anchor is told once, however often it is used', () => {
  const names = Array.from({ length: 30 }, (_, i) => `  j${i}: *job\n`).join('')
  const text = `version: 2\nx: &job { machine: true, stepz: [] , steps: [] }\njobs:\n  build: *job\n${names}`
  expect(codesOf(text).filter((code) => code === 'ignored-key')).toHaveLength(1)
})

test('a workflow of ten thousand jobs in a chain compiles, and as a ring is one cycle', () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => {
    return `      - j${i + 1}: { type: approval, requires: [j${i}] }\n`
  }).join('')
  const chain = withWorkflow([], `      - j0: { type: approval }\n${lines}`)
  expect(planOf(chain).workflows[0]?.jobs).toHaveLength(10_001)
  const ring = withWorkflow([], `      - j0: { type: approval, requires: [j10000] }\n${lines}`)
  expect(codesOf(ring)).toEqual(['requires-cycle'])
})

test('patterns that never end cost a bounded time, however many there are', () => {
  const lines = Array.from({ length: 500 }, (_, i) => {
    return `      - j${i}: { type: approval, filters: { branches: { only: '/(a+)+${i}$/' } } }\n`
  }).join('')
  const ref = { kind: 'branch', name: `${'a'.repeat(60)}!` } as const
  const found = findings(withWorkflow([], lines), ref)
  expect(found[0]).toMatchObject({ code: 'slow-pattern', severity: 'error' })
})
