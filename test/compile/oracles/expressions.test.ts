import { expect, test } from 'vitest'
import { expectError, jobsNamed, workflowsOf } from './support.ts'

const names = ['param1', 'param2', 'param3'] as const

const when = (expression: string, more = '') => `version: 2.1
parameters:
${names.map((name) => `  ${name}: { type: boolean, default: false }\n`).join('')}${more}${jobsNamed('build')}workflows:
  w:
    when: ${expression}
    jobs: [build]
`

const runs = (expression: string, parameters = {}, branch = 'main') =>
  workflowsOf(when(expression), { branch, parameters }).length === 1

test('oracle 64: `and`, `or` and `not` with brackets, in every case', () => {
  const expression =
    'pipeline.git.branch == "main" and not pipeline.parameters.param1 and (pipeline.parameters.param2 or pipeline.parameters.param3)'
  for (const branch of ['main', 'other'])
    for (const bits of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const [param1, param2, param3] = [1, 2, 4].map((bit) => (bits & bit) > 0)
      const expected = branch === 'main' && !param1 && (param2 || param3)
      const got = runs(expression, { param1, param2, param3 }, branch)
      expect([branch, bits, got]).toEqual([branch, bits, expected])
    }
})

test('oracle 66: `not` binds more tightly than `and`', () => {
  const parameters = { param1: true, param2: false }
  const both = 'pipeline.parameters.param1 and pipeline.parameters.param2'
  expect(runs(`not ${both}`, parameters)).toBe(false)
  expect(runs(`not (${both})`, parameters)).toBe(true)
})

test('oracle 69: an expression beside a template would always be true, and is an error', () => {
  expectError(when('pipeline.parameters.param1 or << pipeline.parameters.param2 >>'), [
    /pipeline\.parameters\.param1 or pipeline\.parameters\.param2|without.*<<|remove.*<<|mix|always/i,
  ])
})

const gated = `version: 2.1
parameters: { further: { type: boolean, default: false } }
${jobsNamed('build')}workflows:
  w:
    when: << pipeline.parameters.further >>
    jobs: [build]
`

test('oracle 82: what a setup passes on opens the gate of a workflow', () => {
  const continued = (parameters: Readonly<Record<string, unknown>>) =>
    workflowsOf(gated, { continuation: { parameters, taken: [] } })
  expect(continued({ further: true })).toEqual(['w'])
  expect(continued({ further: false })).toEqual([])
  expect(continued({})).toEqual([])
})

test('oracle 82: a parameter that the trigger gave as well is a conflict', () => {
  expectError(gated, [/further/, /conflict/i], {
    continuation: { parameters: { further: true }, taken: ['further'] },
  })
})
