import { describe, expect, test } from 'vitest'
import { pipelineScope } from '../../../src/compile/values/pipeline-scope.ts'
import { regex } from '../support.ts'
import { complaint, facts, logic, parameters, pipeline, sound } from './support.ts'

const scope = parameters(
  '{os: linux-13, executor: {name: linux-13}, steps: [checkout], none: [], empty: "", nothing: ~}',
  pipeline('{yes: true, no: false}'),
)
const value = (yaml: string) => sound(logic(yaml, scope))
const problem = (yaml: string) => complaint(logic(yaml, scope))
const yes = '<< pipeline.parameters.yes >>'
const no = '<< pipeline.parameters.no >>'
const verdict = (yaml: string) => value(`{not: {not: ${yaml}}}`)

describe('truth of single values', () => {
  test.each([
    ['true', true],
    ['yes', true],
    ['12', true],
    ['-1', true],
    ['0.5', true],
    ['text', true],
    ['"false"', true],
    ['"0"', true],
    ['" "', true],
    [yes, true],
    ['<< parameters.steps >>', true],
    ['<< parameters.none >>', true],
    ['<< parameters.executor >>', true],
    ['false', false],
    ['off', false],
    ['0', false],
    ['-0', false],
    ['0x0', false],
    ['0.0', false],
    ['.nan', false],
    ['""', false],
    ['~', false],
    [no, false],
    ['<< parameters.empty >>', false],
    ['<< parameters.nothing >>', false],
    ['<< pipeline.git.tag >>', false],
  ])('%s is %s', (yaml, expected) => expect(verdict(yaml)).toBe(expected))
})

describe('operators', () => {
  test.each([
    [`{and: [${yes}, true, 1]}`, true],
    [`{and: [${yes}, ${no}]}`, false],
    [`{or: [${no}, ${yes}]}`, true],
    [`{or: [${no}, 0, ""]}`, false],
    [`{not: ${no}}`, true],
    [`{not: {or: [${no}]}}`, true],
    ['{and: ~}', false],
    ['{or: ~}', false],
    ['{equal: [main, << pipeline.git.branch >>]}', true],
    ['{equal: [other, << pipeline.git.branch >>]}', false],
    ['{equal: [1, 1, 1]}', true],
    ['{equal: [1, 1, 2]}', false],
    ['{equal: [1]}', true],
    ['{equal: [14, "14"]}', true],
    ['{equal: [0x10, 16]}', true],
    ['{equal: [010, 8]}', true],
    ['{equal: [0x_, 0]}', true],
    ['{equal: [-1_000, -1000]}', true],
    ['{equal: [3.10, 3.1]}', true],
    ['{equal: ["3.10", 3.1]}', false],
    ['{equal: [false, true]}', false],
    ['{equal: [yes, true]}', true],
    ['{equal: [false, ""]}', false],
    ['{equal: [~, ""]}', true],
    ['{equal: [{a: [1, 2]}, {a: [1, 2]}]}', true],
    ['{equal: [{a: 1, b: 2}, {b: 2, a: 1}]}', true],
    ['{equal: [{a: [1, 2]}, {a: [2, 1]}]}', false],
    ['{equal: [{a: 1}, {a: 1, b: 2}]}', false],
    ['{equal: [[1], [1, 2]]}', false],
    ['{equal: [linux-13, << parameters.os >>]}', true],
    ['{equal: [linux-13, << parameters.executor >>]}', true],
    ['{equal: [<< parameters.executor >>, linux-13]}', true],
    ['{equal: [{name: linux-13, arg: 1}, << parameters.os >>]}', false],
    ['{equal: [{docker: []}, << parameters.os >>]}', false],
    ['{equal: [true, {and: [true]}]}', true],
    ['{matches: {pattern: "^ma.*$", value: << pipeline.git.branch >>}}', true],
    ['{matches: {pattern: "ma", value: << pipeline.git.branch >>}}', false],
    ['{matches: {pattern: "7", value: << pipeline.number >>}}', true],
    ['{matches: {pattern: "<< pipeline.git.branch >>", value: main}}', true],
    ['{and: [{not: {equal: [a, b]}}, {or: [false, {matches: {pattern: a, value: a}}]}]}', true],
  ])('%s', (yaml, expected) => expect(value(yaml)).toBe(expected))

  test('`and` and `or` stop where it is decided', () => {
    const absent = '<< pipeline.event.github.pull_request.draft >>'
    expect(value(`{or: [true, ${absent}]}`)).toBe(true)
    expect(value(`{and: [false, ${absent}]}`)).toBe(false)
    expect(problem(`{or: [false, ${absent}]}`)).toMatch(/^value-absent: /)
  })
  test('a boolean that equals a text is warned about', () => {
    expect(problem('{equal: [true, "true"]}')).toMatch(/^boolean-as-text: /)
    expect(logic('{equal: [true, "true"]}').value).toBe(true)
    expect(value('{equal: [true, "false"]}')).toBe(false)
  })
})

describe('what is no condition', () => {
  test.each([
    ['[a, b]', 'a list is no condition', ''],
    ['{not: [true]}', 'a list is no condition', '.not'],
    ['{and: []}', '`and` needs a list of values, this is an empty list', '.and'],
    ['{equal: []}', '`equal` needs a list of values, this is an empty list', '.equal'],
    ['{or: true}', '`or` needs a list of values, this is a scalar', '.or'],
    ['{and: {or: [true]}}', '`and` needs a list of values, this is a map', '.and'],
    ['{}', 'exactly one operator, this map is empty', ''],
    ['{and: [true], or: [true]}', 'exactly one operator, this has 2: and, or', ''],
    ['{equals: [1, 1]}', '"equals" is no operator', '.equals'],
    ['{and: [{xor: [true]}]}', '"xor" is no operator', '.and[0].xor'],
    ['{matches: {value: a}}', '`matches` needs a text as its pattern', '.matches.pattern'],
    ['{matches: {pattern: a}}', '`matches` needs a text as its value', '.matches.value'],
    ['{matches: {pattern: a, value: a, flag: b}}', '"flag" means nothing', '.matches.flag'],
  ])('%s', (yaml, message, path) => {
    const { problems: found } = logic(yaml, scope)
    expect(found).toMatchObject([
      { code: 'bad-condition', at: { path: `workflows.w.when${path}` } },
    ])
    expect(found[0]?.message).toContain(message)
  })
  test('the operator that was meant', () => {
    expect(logic('{equals: [1, 1]}').problems[0]?.hint).toBe('Did you mean equal?')
    expect(logic('{same: [1, 1]}').problems[0]?.hint).toBe('Known: and, or, not, equal, matches.')
  })
  test('a hundred levels are enough', () => {
    const nested = (levels: number) => `${'{not: '.repeat(levels)}true${'}'.repeat(levels)}`
    expect(value(nested(98))).toBe(true)
  })
  test.each(['$CIRCLE_BRANCH', '${CIRCLE_BRANCH}'])('%s is not there yet', (variable) => {
    const message = /^environment-in-expression: \$CIRCLE_BRANCH is an environment variable/
    expect(problem(`{equal: ["${variable}", main]}`)).toMatch(message)
    expect(problem(`{matches: {pattern: a, value: "${variable}"}}`)).toMatch(message)
    expect(problem(`"${variable}"`)).toMatch(message)
  })
  test('a pattern that is none', () => {
    expect(problem('{matches: {pattern: "(", value: a}}')).toMatch(/^bad-pattern: /)
  })
})

describe('what is unknown', () => {
  const unknown = pipelineScope(facts(), new Map([['u', 'unknown']]), {
    regex,
    withParameters: true,
  })
  const u = '<< pipeline.parameters.u >>'
  test.each([
    [u, undefined],
    [`{not: ${u}}`, undefined],
    [`{and: [${u}, true]}`, undefined],
    [`{and: [${u}, false]}`, false],
    [`{or: [${u}, true]}`, true],
    [`{or: [${u}, false]}`, undefined],
    [`{equal: [${u}, 1]}`, undefined],
    [`{equal: [1, ${u}, 2]}`, false],
    [`{equal: [{a: ${u}, b: 1}, {a: 1, b: 2}]}`, false],
    [`{equal: [{a: ${u}}, {a: 1}]}`, undefined],
    [`{matches: {pattern: a, value: ${u}}}`, undefined],
    [`{matches: {pattern: ${u}, value: a}}`, undefined],
    [`{and: ${u}}`, undefined],
  ])('%s', (yaml, expected) => expect(sound(logic(yaml, unknown))).toBe(expected))
  test('what it may guard is not reported', () => {
    const absent = '<< pipeline.event.github.pull_request.draft >>'
    expect(sound(logic(`{and: [${u}, ${absent}]}`, unknown))).toBeUndefined()
  })
})
