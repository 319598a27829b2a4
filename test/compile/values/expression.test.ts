import { describe, expect, test } from 'vitest'
import { vmRegex } from '../../../src/cli/regex.ts'
import { pipelineScope } from '../../../src/compile/values/pipeline-scope.ts'
import { branch, regex, tag } from '../support.ts'
import { complaint, evaluated, facts, parameters, pipeline, sound } from './support.ts'

const scope = parameters(
  '{list: [1], nothing: ~, half: 0.5, big: 9007199254740993}',
  pipeline('{yes: true, no: false, text: abc, n: 5, with.dot: 1, "10": 10}'),
)
const value = (text: string) => sound(evaluated(text, scope))
const problem = (text: string) => complaint(evaluated(text, scope))

describe('values', () => {
  test.each([
    ['"double"', 'double'],
    ["'single'", 'single'],
    ['"a \\"b\\" \\\\ c"', 'a "b" \\ c'],
    [`'it\\'s'`, "it's"],
    ['"and or ( )"', 'and or ( )'],
    ['""', ''],
    ['42', 42],
    ['true', true],
    ['false', false],
    ['pipeline.git.branch', 'main'],
    ['pipeline.number', 7],
    ['pipeline.parameters.yes', true],
    ['pipeline.parameters.with.dot', 1],
    ['pipeline.parameters.10', 10],
    ['parameters.nothing', null],
    ['(((true)))', true],
    ['\n\t "x" \r\n', 'x'],
  ])('%s', (text, expected) => expect(value(text)).toEqual(expected))
})

describe('precedence, from the weakest: or, and, ==, starts-with, <, not', () => {
  test.each([
    ['true or true and false', true],
    ['(true or true) and false', false],
    ['false and false or true', true],
    ['false and (false or true)', false],
    ['true and 1 == 1', true],
    ['1 == 1 and 2 == 2', true],
    ['true == "a" starts-with "a"', true],
    ['"abc" starts-with "a" == true', true],
    ['"main" matches /m.*/ == true', true],
    ['true == 1 < 2', true],
    ['1 < 2 == true', true],
    ['not false and false', false],
    ['not (false and false)', true],
    ['not true and false', false],
    ['not pipeline.parameters.yes and pipeline.parameters.no', false],
    ['not (pipeline.parameters.yes and pipeline.parameters.no)', true],
    ['not not true', true],
    ['!true or !!true', true],
    ['1 == 1 == true', true],
    ['2 == 2 != true', false],
    ['not 1 == false', true],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected))
})

describe('`and` and `or` give the operand that decides', () => {
  test.each([
    ['true and 10 or 1', 10],
    ['false and 10 or 1', 1],
    ['"" or "unknown branch"', 'unknown branch'],
    ['pipeline.git.branch or "none"', 'main'],
    ['pipeline.git.tag or "none"', 'none'],
    ['0 and true', 0],
    ['"a" and "b"', 'b'],
    ['parameters.nothing or false', false],
    ['"0" and "false"', 'false'],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected))

  test.each([
    'true or nothing.there',
    'false and pipeline.git.brunch',
    'false and (pipeline.number starts-with "a")',
    'pipeline.event.name == "pull_request" and pipeline.event.github.pull_request.number > 5',
  ])('%s: the right side is not looked at', (text) => {
    expect(evaluated(text, scope).problems).toEqual([])
  })
})

describe('equality', () => {
  test.each([
    ['"a" == "a"', true],
    ['"a" == "A"', false],
    ['"a" != "b"', true],
    ['10 == "10"', false],
    ['10 != "10"', true],
    ['true == "true"', false],
    ['1 == true', false],
    ['false == ""', false],
    ['pipeline.parameters.n == 5', true],
    ['parameters.big == 9007199254740993', true],
    ['parameters.big == 9007199254740992', false],
    ['parameters.list == parameters.list', true],
    ['parameters.list == 1', false],
    ['parameters.nothing == ""', false],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected))

  test('`not` before a comparison with a text is warned about', () => {
    expect(problem('not pipeline.git.branch == "main"')).toMatch(/^negated-operand: /)
    for (const text of [
      'not (pipeline.git.branch == "main")',
      '(not true) == "x"',
      'not true == false',
      'not pipeline.parameters.no == pipeline.parameters.yes',
    ])
      expect(evaluated(text, scope).problems).toEqual([])
  })
})

describe('comparison of numbers and texts', () => {
  test.each([
    ['5 > 4', true],
    ['5 < 5', false],
    ['5 > 5', false],
    ['5 >= 5', true],
    ['5 <= 5', true],
    ['pipeline.number >= 8', false],
    ['parameters.half < 1', true],
    ['"release-1" starts-with "release"', true],
    ['"release" starts-with "release-1"', false],
    ['"x" starts-with ""', true],
    ['pipeline.git.tag starts-with "release"', false],
    ['pipeline.git.tag matches /^v.*/', false],
    ['pipeline.git.branch matches /mai/', false],
    ['pipeline.git.branch matches /mai./', true],
    ['"a/b" matches /a\\/b/', true],
    ['"(" matches /\\(/', true],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected))

  test('an unset branch is the empty text on a tag, and the other way round', () => {
    const onTag = pipeline('{}', { ref: tag('v1') })
    expect(sound(evaluated('pipeline.git.branch starts-with "m"', onTag))).toBe(false)
    expect(sound(evaluated('pipeline.git.tag matches /v.*/', onTag))).toBe(true)
    const onBranch = pipeline('{}', { ref: branch('x') })
    expect(sound(evaluated('pipeline.git.tag', onBranch))).toBe('')
  })

  test.each([
    ['"a" > 1', '`>` needs a number on its left side, this is the text "a"'],
    ['1 <= true', '`<=` needs a number on its right side, this is the boolean true'],
    ['7 starts-with "7"', '`starts-with` needs a text on its left side, this is the integer 7'],
    ['"7" starts-with 7', '`starts-with` needs a text on its right side, this is the integer 7'],
    [
      'pipeline.number matches /7/',
      '`matches` needs a text on its left side, this is the integer 7',
    ],
    ['parameters.list > 1', 'this is a list'],
    ['parameters.nothing > 1', 'this is empty'],
    ['"a" matches "a"', 'stands a regular expression between slashes'],
  ])('%s is an error of types', (text, message) => {
    expect(problem(text)).toMatch(/^operand-type: /)
    expect(problem(text)).toContain(message)
    expect(evaluated(text, scope).value).toBeUndefined()
  })

  test('patterns that are none, or too slow', () => {
    expect(problem('"a" matches /(/')).toMatch(/^bad-pattern: "\(" cannot be matched: /)
    const quick = pipelineScope(facts({ ref: branch('a'.repeat(40)) }), new Map(), {
      regex: vmRegex(50),
      withParameters: true,
    })
    expect(complaint(evaluated('pipeline.git.branch matches /(a+)+b/', quick))).toMatch(
      /^slow-pattern: /,
    )
  })
})

describe('what is no expression is shown where it goes wrong', () => {
  test.each([
    ['', /expected expression/, 0],
    ['true and', /expected expression, found its end/, 8],
    ['and true', /expected expression, found "and"/, 0],
    ['true & false', /unexpected character "&"/, 5],
    ['true && false', /unexpected character "&"/, 5],
    ['true | false', /unexpected character "\|"/, 5],
    ['a = b', /unexpected character "="/, 2],
    ['(true', /expected `\)`, found its end/, 5],
    ['(true false', /expected `\)`, found "false"/, 6],
    ['true)', /found "\)"/, 4],
    ['"main', /unterminated string/, 0],
    ["'main\\'", /unterminated string/, 0],
    ['true true', /expected an operator or the end/, 5],
    ['-1', /unexpected character "-"/, 0],
    ['1 == -1', /unexpected character "-"/, 5],
    ['1.5', /unexpected character "\."/, 1],
    ['pipeline..number', /"pipeline..number" is not a name/, 0],
    ['pipeline.', /"pipeline." is not a name/, 0],
    ['/a/', /unexpected character "\/"/, 0],
    ['"a" == /a/', /unexpected character "\/"/, 7],
    ['"a" matches /a', /unexpected character "\/"/, 12],
    ['9223372036854775808', /larger than any integer/, 0],
    ['é', /unexpected character "é"/, 0],
    ['true 😀', /unexpected character "😀"/, 5],
    ['('.repeat(101), /nested more than 100/, 100],
    ['not '.repeat(101), /nested more than 100/, 400],
    [`"${'a'.repeat(2047)}"`, /at most 2048 characters, this has 2049/, 0],
  ])('%s', (text, message, start) => {
    const { problems: found, value: none } = evaluated(text, scope)
    expect(found).toMatchObject([{ code: 'bad-expression', at: { span: { start } } }])
    expect(found[0]?.message).toMatch(message)
    expect(found[0]?.at.path).toBe('workflows.w.when')
    expect(none).toBeUndefined()
  })
  test.each([
    ['true && false', 'Write `and`.'],
    ['true || false', 'Write `or`.'],
    ['pipeline.number = 1', 'Values are compared with `==`.'],
    ['-1', 'There are no negative numbers in expressions.'],
  ])('%s: what to write instead', (text, hint) => {
    expect(evaluated(text, scope).problems[0]?.hint).toBe(hint)
  })
  test('as long as it may be', () => {
    expect(value(`"${'a'.repeat(2046)}"`)).toHaveLength(2046)
    expect(value(`${'('.repeat(100)}true${')'.repeat(100)}`)).toBe(true)
    expect(value(Array(150).fill('(true)').join(' and '))).toBe(true)
    expect(value('1<1'.padEnd(2001, '==1'))).toBeTypeOf('boolean')
  })
  test('the largest integer', () => {
    expect(evaluated('9223372036854775807').node).toMatchObject({ text: '9223372036854775807' })
  })
})

describe('names', () => {
  test.each([
    ['$CIRCLE_BRANCH == "main"', 'Use pipeline.git.branch.', [0, 14]],
    ['"x" == ${CIRCLE_TAG}', 'Use pipeline.git.tag.', [7, 20]],
    ['env.HOME', /pipeline value or parameter/, [0, 8]],
    ['CIRCLE_SHA1 == "x"', 'Use pipeline.git.revision.', [0, 11]],
  ])('%s: the environment is not there yet', (text, hint, [start, end]) => {
    const [only] = evaluated(text, scope).problems
    expect(only).toMatchObject({ code: 'environment-in-expression', at: { span: { start, end } } })
    expect(only?.message).toMatch(/environment variable.*compiled/)
    expect(only?.hint).toMatch(hint)
  })
  test('a word without quotes', () => {
    const { problems: found } = evaluated('pipeline.git.branch == main', scope)
    expect(found).toMatchObject([
      {
        code: 'unknown-value',
        message: 'unknown variable(s): main',
        hint: 'Texts in expressions stand in quotes: "main".',
        at: { span: { start: 23, end: 27 } },
      },
    ])
  })
  test('a hyphen belongs to the name', () => {
    const hyphens = pipeline('{a-b: 1}')
    expect(sound(evaluated('pipeline.parameters.a-b == 1', hyphens))).toBe(true)
  })
})

describe('what is unknown', () => {
  const unknown = pipelineScope(facts(), new Map([['u', 'unknown']]), {
    regex,
    withParameters: true,
  })
  const u = 'pipeline.parameters.u'
  test.each([
    [u, undefined],
    [`not ${u}`, undefined],
    [`${u} and true`, undefined],
    [`true and ${u}`, undefined],
    [`${u} and false`, false],
    [`false and ${u}`, false],
    [`${u} or true`, true],
    [`true or ${u}`, true],
    [`${u} or false`, undefined],
    [`${u} == 1`, undefined],
    [`1 != ${u}`, undefined],
    [`${u} > 1`, undefined],
    [`"a" starts-with ${u}`, undefined],
    [`${u} matches /a/`, undefined],
    [`not (${u} and false)`, true],
    [`(${u} or true) and "x"`, 'x'],
  ])('%s', (text, expected) => {
    expect(sound(evaluated(text, unknown))).toBe(expected)
  })
  test('it may guard a value that this event does not have, but no misspelling', () => {
    const absent = 'pipeline.event.github.pull_request.draft'
    expect(sound(evaluated(`${u} and ${absent}`, unknown))).toBeUndefined()
    expect(complaint(evaluated(`${u} and pipeline.git.brunch`, unknown))).toMatch(
      /^unknown-value: /,
    )
    expect(complaint(evaluated(`${absent} and ${u}`, unknown))).toMatch(/^value-absent: /)
  })
})
