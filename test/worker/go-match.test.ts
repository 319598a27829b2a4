import { expect, test } from 'vitest'
import { goMatch } from '../../src/worker/steps/go-match.ts'

test.each([
  ['abc', 'abc'],
  ['*', 'abc'],
  ['*c', 'abc'],
  ['a*', 'abc'],
  ['a*/b', 'abc/b'],
  ['*', '.hidden'],
  ['a?c', 'abc'],
  ['a[^b-d]', 'ae'],
  ['[a-d]*x', 'cx'],
  ['a\\*b', 'a*b'],
  ['[\\]a]', ']'],
  ['[x\\-]', '-'],
  ['a*b*c*d', 'a1b2b3c4d'],
  ['{a,b}', '{a,b}'],
  ['!a', '!a'],
  ['☺*', '☺☺'],
  ['a?b', 'a😀b'],
])('%s matches %s', (pattern, path) => {
  expect(goMatch(pattern, path)).toBe(true)
})

test.each([
  ['a', 'ab'],
  ['*', 'a/b'],
  ['a*', 'ab/c'],
  ['**', 'a/b'],
  ['a?c', 'a/c'],
  ['a[b-d]', 'ae'],
  ['a[^b]', 'ab'],
  ['*x', 'xy'],
  ['', 'a'],
  ['{a,b}', 'a'],
])('%s does not match %s', (pattern, path) => {
  expect(goMatch(pattern, path)).toBe(false)
})

test.each(['[', '[a', '[]a]', '[a-]', '[-x]', 'a\\', '[^]'])('%s is no pattern', (pattern) => {
  expect(() => goMatch(pattern, 'a')).toThrow('is not a pattern')
})

test('takes no long time over a pattern that is made to', () => {
  const pattern = `${'a*'.repeat(2000)}b`
  expect(goMatch(pattern, 'a'.repeat(4000))).toBe(false)
})
