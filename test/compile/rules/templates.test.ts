import { expect, test } from 'vitest'
import { bodyOf, expectError, oneWorkflow, scriptOf, workflowsOf } from '../oracles/support.ts'

/** What the documents say of templates, logic and expressions. */

const said = (script: string) => `version: 2.1
parameters:
  text: { type: string, default: hello }
  empty: { type: string, default: "" }
  yes: { type: boolean, default: true }
  no: { type: boolean, default: false }
  count: { type: integer, default: 12 }
  A.b-c_D: { type: string, default: dotted }
jobs:
  it:
    machine: true
    steps: [{ run: { command: ${JSON.stringify(script)}, name: n } }]
workflows: { w: { jobs: [it] } }
`

test.each([
  ['<< pipeline.parameters.text >>', 'hello'],
  ['<<pipeline.parameters.text>>', 'hello'],
  ['<<   pipeline.parameters.text   >>', 'hello'],
  ['a<< pipeline.parameters.text >>b<< pipeline.parameters.count >>', 'ahellob12'],
  ['<< pipeline.parameters.yes >>', 'true'],
  ['x<< pipeline.parameters.no >>', 'xfalse'],
  ['x<< pipeline.parameters.empty >>y', 'xy'],
  ['<< pipeline.parameters.A.b-c_D >>', 'dotted'],
  ['cat \\<<EOF', 'cat <<EOF'],
  ['cat \\<<EOF > << pipeline.parameters.text >>', 'cat <<EOF > hello'],
  ['echo a >> f', 'echo a >> f'],
  ['# << pipeline.number >>', '# 7'],
  ['echo $(( 1 < 2 ))', 'echo $(( 1 < 2 ))'],
  ['{{ .Branch }} ${HOME}', '{{ .Branch }} ${HOME}'],
  ['<< pipeline.git.branch or "unknown branch" >>', 'main'],
  ['<< pipeline.git.tag or "no tag" >>', 'no tag'],
  ['<< pipeline.parameters.count == 12 and "dozen" or "other" >>', 'dozen'],
  ['<<# pipeline.parameters.yes >>A<</ pipeline.parameters.yes >>B', 'AB'],
  ['<<# pipeline.parameters.no >>A<</ pipeline.parameters.no >>B', 'B'],
  ['<<^ pipeline.parameters.no >>A<</ pipeline.parameters.no >>B', 'AB'],
  ['<<#pipeline.parameters.empty>>A<</pipeline.parameters.empty>>B', 'B'],
  [
    '<<# pipeline.parameters.yes >>[<< pipeline.parameters.text >>]<</ pipeline.parameters.yes >>',
    '[hello]',
  ],
])('%s is %s', (script, expected) => {
  expect(scriptOf(said(script))).toEqual([expected])
})

test('a value fills every text of a config, and a whole template keeps its type', () => {
  const text = `version: 2.1
parameters:
  image: { type: string, default: "cimg/base:1" }
  class: { type: enum, enum: [small, large], default: large }
  copies: { type: integer, default: 4 }
  back: { type: boolean, default: true }
jobs:
  it:
    docker: [{ image: << pipeline.parameters.image >>, environment: { A: << pipeline.number >> } }]
    resource_class: << pipeline.parameters.class >>
    working_directory: ~/<< pipeline.project.slug >>
    parallelism: << pipeline.parameters.copies >>
    shell: /bin/<< pipeline.parameters.class >>
    steps:
      - run: { command: a, background: << pipeline.parameters.back >>, name: "<< pipeline.git.branch >>!" }
      - save_cache: { key: "<< pipeline.git.branch >>-{{ .Branch }}", paths: ["<< pipeline.git.branch >>"] }
workflows: { w: { jobs: [it] } }
`
  expect(bodyOf(text)).toMatchObject({
    runsIn: { images: [{ image: 'cimg/base:1', environment: { A: '7' } }] },
    resourceClass: 'large',
    workingDirectory: '~/gh/acme/shop',
    shell: '/bin/large',
    steps: [
      { background: true, name: 'main!' },
      { key: 'main-{{ .Branch }}', paths: ['main'] },
    ],
  })
})

const gate = (when: string) => oneWorkflow(`    when: ${when}\n    jobs: [a]`)
const runs = (when: string, event = {}) => workflowsOf(gate(when), event).includes('w')

const falsy = [
  'false',
  'null',
  '0',
  '""',
  'no',
  '{ not: true }',
  '{ and: [true, 0] }',
  '{ or: [false, ""] }',
]
const truthy = [
  'true',
  '1',
  '"0"',
  '{ not: false }',
  '{ and: [true, 1, a] }',
  '{ or: [0, a] }',
  '{ not: 0 }',
  '12',
]

test.each([
  ...falsy.map((one) => [one, false] as const),
  ...truthy.map((one) => [one, true] as const),
])('the statement %s is %s', (statement, expected) => {
  expect([statement, runs(`{ and: [${statement}] }`)]).toEqual([statement, expected])
})

test.each([
  ['{ equal: [1, 1, 1] }', true],
  ['{ equal: [1, 1, 2] }', false],
  ['{ equal: [main, << pipeline.git.branch >>] }', true],
  ['{ equal: ["", << pipeline.git.tag >>] }', true],
  ['{ equal: [7, << pipeline.number >>] }', true],
  ['{ equal: ["7", << pipeline.number >>] }', true],
  ['{ equal: ["true", true] }', true],
  ['{ matches: { pattern: "m.*", value: << pipeline.git.branch >> } }', true],
  ['{ matches: { pattern: "^mai", value: << pipeline.git.branch >> } }', false],
  ['{ matches: { pattern: "^$", value: << pipeline.git.tag >> } }', true],
])('the statement %s is %s', (statement, expected) => {
  expect(runs(statement)).toBe(expected)
})

test.each([
  ['pipeline.git.branch == "main"', true],
  [`pipeline.git.branch == 'main'`, true],
  ['pipeline.git.branch != "main"', false],
  ['pipeline.number == 7', true],
  ['pipeline.number == "7"', false],
  ['pipeline.number != "7"', true],
  ['pipeline.number >= 7 and pipeline.number < 8', true],
  ['pipeline.number > 7 or pipeline.number <= 6', false],
  ['"a\\"b\\\\" == "a\\"b\\\\"', true],
  ['true and not false', true],
  ['!false', true],
  ['not pipeline.git.tag', true],
  ['false or true and false', false],
  ['(false or true) and true', true],
  ['true or pipeline.event.github.label.name', true],
  ['false and pipeline.event.github.label.name', false],
  ['pipeline.git.tag starts-with "release"', false],
  ['pipeline.git.tag matches /v.*/', false],
  ['pipeline.git.branch matches /ma/', false],
  ['pipeline.git.branch matches /m.*n/', true],
  ['"a/b" matches /a\\/b/', true],
  ['pipeline.git.branch starts-with "ma" == true', true],
  ['0', false],
  ['"false"', true],
])('the expression %s is %s', (expression, expected) => {
  const block = `|\n      ${expression}`
  expect(runs(block)).toBe(expected)
})

test.each([
  'false',
  '{ equal: [main, << pipeline.git.branch >>] }',
  'pipeline.git.branch == "main"',
])('`unless: %s` is the contrary of `when`', (statement) => {
  const unless = gate(statement).replace('when:', 'unless:')
  expect(workflowsOf(unless).includes('w')).toBe(!runs(statement))
})

test('`matches` takes a pattern between slashes, no text', () => {
  expectError(gate('pipeline.git.branch matches "m.*"'), [/matches/])
})
