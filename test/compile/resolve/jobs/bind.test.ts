import { expect, test } from 'vitest'
import { codesOf, planOf, withWorkflow } from '../../support.ts'

const requirementsOf = (requires: string) =>
  planOf(withWorkflow(['a', 'b'], `      - a\n      - b: { requires: ${requires} }\n`)).workflows[0]
    ?.jobs[1]?.requires

test.each([
  ['a', ['success']],
  ['[a]', ['success']],
  ['[{ a: failed }]', ['failed']],
  ['[{ a: [canceled, failed] }]', ['failed', 'canceled']],
  ['[{ a: }]', ['success']],
  ['[{ a: terminal }]', ['success', 'failed', 'canceled', 'unauthorized', 'not_run']],
  // [I] The same job twice: it must end in a way that both allow.
  ['[{ a: [success, failed] }, { a: [failed, canceled] }]', ['failed']],
])('requires: %s waits for a to end as %j', (requires, statuses) => {
  expect(requirementsOf(requires)).toEqual([{ job: 'a', statuses }])
})

test.each(['[{ a: done }]', '[{ a: 1 }]', '[[a]]', '{ a: { b: c } }'])(
  'requires: %s is refused',
  (requires) => {
    const codes = codesOf(
      withWorkflow(['a', 'b'], `      - a\n      - b: { requires: ${requires} }\n`),
    )
    expect(codes.some((code) => code === 'bad-value' || code === 'wrong-type')).toBe(true)
  },
)

test('a job of the same name in another workflow is no other job', () => {
  const text = `${withWorkflow(['a'], '      - a\n')}  v:\n    jobs:\n      - a\n`
  expect(planOf(text).workflows.map(({ jobs }) => jobs.map(({ name }) => name))).toEqual([
    ['a'],
    ['a'],
  ])
})

test('CircleCI: of a, a and a third that requires a, the third cannot know which', () => {
  expect(codesOf(withWorkflow(['a'], '      - a\n      - a: { requires: [a] }\n'))).toEqual([])
  expect(
    codesOf(withWorkflow(['a'], '      - a\n      - a\n      - a: { requires: [a] }\n')),
  ).toEqual(['ambiguous-requirement'])
})

test('two cycles of one workflow are both told', () => {
  const lines = [
    'a: { type: approval, requires: [b] }',
    'b: { type: approval, requires: [a] }',
    'c: { type: approval, requires: [a, d] }',
    'd: { type: approval, requires: [c] }',
  ]
  const text = withWorkflow([], lines.map((line) => `      - ${line}\n`).join(''))
  expect(codesOf(text)).toEqual(['requires-cycle', 'requires-cycle'])
})
