import { expect, test } from 'vitest'
import { vmRegex } from '../../src/cli/regex.ts'

const regex = vmRegex(500)
const answer = (pattern: string, text: string) => regex.fullMatch(pattern, text).kind

test.each([
  ['a', 'a', 'yes'],
  ['a', 'ab', 'no'],
  ['a|ab', 'ab', 'yes'],
  ['^a$', 'a', 'yes'],
  ['', '', 'yes'],
  ['a.c', 'a\nc', 'no'],
  ['(?s)a.c', 'a\nc', 'yes'],
  ['(?i)ABC', 'abc', 'yes'],
  ['(?i:A)b', 'ab', 'yes'],
  ['(?i:A)b', 'aB', 'no'],
  ['(?<year>\\d+)-\\k<year>', '20-20', 'yes'],
  ['(a)\\1', 'aa', 'yes'],
  ['(?<!x)y', 'y', 'yes'],
  ['\\Av\\d+\\z', 'v1', 'yes'],
  ['v1\\Z', 'v1', 'yes'],
  ['\\Qa.b*\\E.', 'a.b*c', 'yes'],
  ['\\Qa.b\\E', 'axb', 'no'],
  ['[\\Qa-c\\E]', '-', 'yes'],
  ['[\\Qa-c\\E]', 'b', 'no'],
  ['\\p{Alpha}+', 'abC', 'yes'],
  ['\\p{Alpha}+', 'ab1', 'no'],
  ['[\\p{Digit}_]+', '1_2', 'yes'],
  ['\\P{Digit}', 'x', 'yes'],
  ['\\P{Digit}', '1', 'no'],
  ['\\pL+', 'é', 'yes'],
  ['\\p{Lu}', 'a', 'no'],
  ['\\p{IsAlphabetic}', 'a', 'yes'],
  ['\\p{Punct}+', '!-[`~', 'yes'],
  ['\\h\\v', '\t\n', 'yes'],
  ['\\H', ' ', 'no'],
  ['\\s', '\u00A0', 'no'],
  ['\\x{1F600}', '😀', 'yes'],
  ['.', '😀', 'yes'],
  ['\\x41\\u0042\\0103', 'ABC', 'yes'],
  ['[]a]+', ']a', 'yes'],
  ['[^]a]', 'b', 'yes'],
  ['[^]a]', ']', 'no'],
  ['[\\w-]+', 'a-b', 'yes'],
  ['[\\w-.]+', 'a-.b', 'yes'],
  ['[a\\-z]+', 'a-z', 'yes'],
  ['[a\\-z]', 'm', 'no'],
  ['[a-]+', 'a-', 'yes'],
  ['feature\\-x\\/y', 'feature-x/y', 'yes'],
  ['feature/x', 'feature/x', 'yes'],
  ['a}', 'a}', 'yes'],
  ['a]', 'a]', 'yes'],
  ['a{2}', 'aa', 'yes'],
  ['a{1,2}?', 'aa', 'yes'],
])('Java pattern %s on %j: %s', (pattern, text, expected) => {
  expect(answer(pattern, text)).toBe(expected)
})

test.each([
  ['(', /Unterminated group/],
  ['[a', /has no \]/],
  ['*', /Nothing to repeat/],
  ['a{2', /quantifier/],
  ['a\\', /backslash/],
  ['a*+', /possessive quantifier \*\+/],
  ['a{1,2}+', /possessive quantifier \{1,2\}\+/],
  ['(?>a)', /atomic groups/],
  ['a(?i)b', /flags such as \(\?i\)/],
  ['(?x)a b', /\(\?x\)/],
  ['(?U:a)', /the flag in \(\?U:/],
  ['[a[bc]]', /class inside a class/],
  ['[a-z&&[^b]]', /intersection/],
  ['\\G', /\\G/],
  ['\\R', /\\R/],
  ['\\p{Nonsense}', /\\p\{Nonsense\}/],
  ['\\k<none>(?<name>a)', /capture/],
])('%s is refused with its reason, never matched as something else', (pattern, reason) => {
  expect(regex.fullMatch(pattern, 'a')).toEqual({
    kind: 'invalid',
    message: expect.stringMatching(reason),
  })
})

test.each(['(a+)+$', '(a|a)*b', '(.*)*x'])('%s is interrupted', (pattern) => {
  expect(vmRegex(50).fullMatch(pattern, `${'a'.repeat(60)}!`)).toEqual({ kind: 'too-slow' })
})

test('after an interrupted match the next one is answered', () => {
  const impatient = vmRegex(50)
  expect(impatient.fullMatch('(a+)+$', `${'a'.repeat(60)}!`).kind).toBe('too-slow')
  expect(impatient.fullMatch('a+', 'aaa').kind).toBe('yes')
})

test('a pattern so long that compiling it takes seconds is refused', () => {
  expect(answer('a|'.repeat(500_000), 'a')).toBe('invalid')
})

test('what overflows the stack of the matcher is an answer, not an exception', () => {
  expect(answer('(a|b)*c', 'a'.repeat(5_000_000))).toBe('invalid')
})

test('a pattern cannot reach out of its sandbox', () => {
  expect(answer('constructor', 'constructor')).toBe('yes')
  expect(regex.fullMatch('a', 'a')).toEqual({ kind: 'yes' })
})

test('more patterns than are kept still match', () => {
  for (let i = 0; i < 2500; i++) expect(answer(`v${i}`, `v${i}`)).toBe('yes')
  expect(answer('v1', 'v2')).toBe('no')
})
