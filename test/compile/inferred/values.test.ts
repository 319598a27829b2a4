import { expect, test } from 'vitest'
import {
  bodyOf,
  expectClean,
  expectError,
  oneJob,
  oneStep,
  oneWorkflow,
  scriptOf,
  workflowsOf,
} from '../oracles/support.ts'

/** Rules that no document of CircleCI states directly: sections 0 to 2. */

test('a workflow of which no job is left does not run [I]', () => {
  const text = oneWorkflow('    jobs: [{ a: { filters: { branches: { only: other } } } }]')
  expect(workflowsOf(text)).toEqual(['rest'])
  expect(workflowsOf(text, { branch: 'other' })).toEqual(['rest', 'w'])
})

test('in version 2 a template is plain text [I]', () => {
  const steps = '    machine: true\n    steps: [{ run: "echo << parameters.x >> <<EOF" }]'
  expect(scriptOf(oneJob(steps, '2'))).toEqual(['echo << parameters.x >> <<EOF'])
})

test.each(['serial-group', 'override-with'])('no parameter of a job is called %s [I]', (name) => {
  const body = `    parameters: { ${name}: { type: string, default: "" } }\n    machine: true\n    steps: [checkout]`
  expectError(oneJob(body), [new RegExp(name)])
})

test('a list among steps is not flattened: a step is expected [I]', () => {
  const text = `version: 2.1
x: &some [checkout, { run: hello }]
jobs:
  it:
    machine: true
    steps:
      - *some
workflows: { w: { jobs: [it] } }
`
  expectError(text, [/step/, /list/, /command/])
})

test('a file of two documents is refused rather than half read [I]', () => {
  const text = oneStep('checkout')
  expectError(`${text}---\n${text}`, [/document/])
})

test('values that the trigger gave are those of the continuation as well [I]', () => {
  const text = `version: 2.1
parameters: { p: { type: string, default: unset }, q: { type: string, default: unset } }
jobs: { it: { machine: true, steps: [{ run: "<< pipeline.parameters.p >> << pipeline.parameters.q >>" }] } }
workflows: { w: { jobs: [it] } }
`
  const continuation = { parameters: { q: 'continued' }, taken: ['p'] }
  expect(scriptOf(text, { parameters: { p: 'triggered' }, continuation })).toEqual([
    'triggered continued',
  ])
})

test('a template in a key is filled [I]', () => {
  const text = `version: 2.1
parameters: { p: { type: string, default: NAME } }
jobs:
  it:
    machine: true
    environment: { "A_<< pipeline.parameters.p >>": value }
    steps: [checkout]
workflows: { w: { jobs: [it] } }
`
  expect(bodyOf(text).environment).toEqual({ A_NAME: 'value' })
})

test('what a template brings in is not read for templates again [I]', () => {
  const text = `version: 2.1
commands:
  outer:
    parameters: { text: { type: string } }
    steps: [{ inner: { text: << parameters.text >> } }]
  inner:
    parameters: { text: { type: string } }
    steps: [{ run: "echo << parameters.text >>" }]
jobs:
  it: { machine: true, steps: [{ outer: { text: '\\<< parameters.text >>' } }] }
workflows: { w: { jobs: [it] } }
`
  expect(scriptOf(text)).toEqual(['echo << parameters.text >>'])
})

test('a value of the event is not read for templates [I]', () => {
  const text = `version: 2.1
parameters: { p: { type: string, default: "" } }
jobs: { it: { machine: true, steps: [{ run: "echo << pipeline.parameters.p >>" }] } }
workflows: { w: { jobs: [it] } }
`
  const parameters = { p: '<< pipeline.number >> <<# x >> \\<<' }
  expect(scriptOf(text, { parameters })).toEqual([`echo ${parameters.p}`])
})

const calling = (declaration: string, args: string) => `version: 2.1
commands:
  say:
    parameters: { it: ${declaration} }
    steps: [{ run: "echo << parameters.it >>" }]
jobs:
  job: { machine: true, steps: [{ say: { ${args} } }] }
workflows: { w: { jobs: [job] } }
`

test('a quoted "true" is no boolean [I]', () => {
  expectError(calling('{ type: boolean }', 'it: "true"'), [/\bit\b/, /boolean/])
})

test('an explicit null is no argument [I]', () => {
  expect(scriptOf(calling('{ type: string, default: usual }', 'it: null'))).toEqual(['echo usual'])
  expectError(calling('{ type: string }', 'it: ~'), [/missing required argument/i, /\bit\b/])
})

const gate = (when: string, more = '') => oneWorkflow(`    when: ${when}\n    jobs: [a]`, more)

const runs = (text: string, event = {}) => workflowsOf(text, event).includes('w')

test('`matches` looks at the text of a value that is none [I]', () => {
  expect(runs(gate('{ matches: { pattern: "^7$", value: << pipeline.number >> } }'))).toBe(true)
  expect(runs(gate('{ matches: { pattern: "^8$", value: << pipeline.number >> } }'))).toBe(false)
  expect(runs(gate('{ matches: { pattern: "true", value: true } }'))).toBe(true)
})

test('`and` and `or` look no further than they must, from left to right [I]', () => {
  const absent = '<< pipeline.event.github.pull_request.draft >>'
  expect(runs(gate(`{ or: [true, ${absent}] }`))).toBe(true)
  expect(runs(gate(`{ and: [false, ${absent}] }`))).toBe(false)
  expectError(gate(`{ or: [false, ${absent}] }`), [/pull_request\.draft/])
})

test('`matches` binds as tightly as `starts-with` [I]', () => {
  expect(runs(gate('pipeline.git.branch matches /ma.*/ == true'))).toBe(true)
  expect(runs(gate('true == pipeline.git.branch matches /ma.*/'))).toBe(true)
  expect(runs(gate('not (pipeline.git.branch matches /x/)'))).toBe(true)
})

test('a number has no sign [I]', () => {
  expectError(gate('pipeline.number > -3'), [/-/])
  expectClean(gate('pipeline.number > 3'), 'error')
})
