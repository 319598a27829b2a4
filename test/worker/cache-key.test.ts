import { describe, expect, test } from 'vitest'
import { err, ok } from '../../src/model/result.ts'
import { type KeyFacts, renderKey } from '../../src/worker/steps/cache-key.ts'

const facts: KeyFacts = {
  values: { Branch: 'feature/x', Revision: 'abc123', BuildNum: '42', CheckoutKey: '7' },
  environment: { NAME: 'value', EMPTY: '' },
  epoch: () => '1700000000',
  arch: async () => ok('linux-amd64-6_62'),
  checksum: async (path) =>
    path === 'missing' ? err('there is no such file') : ok(`sum(${path})`),
}

describe('6.3 templates', () => {
  test.each([
    ['no template at all', 'v1', 'v1'],
    ['.Branch', 'v1-{{ .Branch }}', 'v1-feature/x'],
    ['.Revision', '{{ .Revision }}', 'abc123'],
    ['.BuildNum', '{{ .BuildNum }}', '42'],
    ['.CheckoutKey', '{{ .CheckoutKey }}', '7'],
    ['.Environment.NAME', 'v{{ .Environment.NAME }}', 'vvalue'],
    ['a variable that is empty', 'v-{{ .Environment.EMPTY }}', 'v-'],
    ['a variable that is not set, as Go prints it', '{{ .Environment.NO }}', '<no value>'],
    ['a variable that every object has', '{{ .Environment.constructor }}', '<no value>'],
    ['checksum', 'd-{{ checksum "package-lock.json" }}', 'd-sum(package-lock.json)'],
    ['checksum of a path with braces', '{{ checksum "a}}b" }}', 'sum(a}}b)'],
    ['checksum of a quoted quote', '{{ checksum "a\\"b" }}', 'sum(a"b)'],
    ['checksum in back quotes', '{{ checksum `a b` }}', 'sum(a b)'],
    ['epoch', '{{ epoch }}', '1700000000'],
    ['arch', '{{ arch }}', 'linux-amd64-6_62'],
    ['no spaces', '{{.Branch}}-{{epoch}}-{{checksum"a"}}', 'feature/x-1700000000-sum(a)'],
    ['many spaces and line ends', '{{   checksum\n  "a"  }}', 'sum(a)'],
    ['dashes that eat spaces', 'a \n {{- .BuildNum -}} \n b', 'a42b'],
    ['a comment', 'a{{/* why }} */}}b', 'ab'],
    ['a comment that holds braces', 'a{{/* }} */}}b', 'ab'],
    ['single braces', 'a{b}c}}d', 'a{b}c}}d'],
  ])('%s', async (_what, template, key) => {
    expect(await renderKey(template, facts)).toEqual(ok(key))
  })

  test('branch unset on tags is empty', async () => {
    const onTag = { ...facts, values: { ...facts.values, Branch: '' } }
    expect(await renderKey('v1-{{ .Branch }}-x', onTag)).toEqual(ok('v1--x'))
  })

  test.each([
    ['an unknown function', '{{ hash "a" }}', /function "hash" is not defined; there are \.Branch/],
    ['an unknown value', '{{ .Commit }}', /\.Commit is not known/],
    ['a value that every object has', '{{ .constructor }}', /\.constructor is not known/],
    [
      'a missing checksum file',
      'a-{{ checksum "missing" }}',
      /^checksum "missing": there is no such file$/,
    ],
    ['checksum of nothing', '{{ checksum }}', /takes one file in quotes, not none/],
    ['checksum without quotes', '{{ checksum a }}', /takes one file in quotes, not a/],
    ['checksum of two files', '{{ checksum "a" "b" }}', /takes one file in quotes/],
    ['epoch with an argument', '{{ epoch 1 }}', /not understood/],
    ['an empty action', '{{ }}', /not understood/],
    ['an action that does not end', 'a-{{ .Branch', /an action is not closed: \{\{ \.Branch/],
  ])('%s is an error', async (_what, template, why) => {
    const key = await renderKey(template, facts)
    expect(key).toEqual(err(expect.stringMatching(why)))
  })
})

test('a hostile template costs no time', async () => {
  const many = 100_000
  const templates = [
    '{{'.repeat(many),
    `{{${'/**/'.repeat(many)}`,
    `{{ "${'\\\\'.repeat(many)}`,
    '}}{{/*'.repeat(many),
  ]
  for (const template of templates)
    expect(await renderKey(template, facts)).toEqual(err(expect.stringContaining('not closed')))
  expect((await renderKey(`{{${' '.repeat(many)}epoch${'\n'.repeat(many)}}}`, facts)).ok).toBe(true)
})

describe('6.3 key length', () => {
  test('900 characters after rendering are allowed, 901 are not', async () => {
    const long = { ...facts, environment: { X: '😀'.repeat(899) } }
    expect((await renderKey('a{{ .Environment.X }}', long)).ok).toBe(true)
    expect(await renderKey('ab{{ .Environment.X }}', long)).toEqual(
      err('the key has 901 characters; at most 900 are allowed'),
    )
  })

  test.each(['', ' ', '{{ .Environment.EMPTY }}'])('an empty key is an error: %j', async (key) => {
    expect(await renderKey(key, facts)).toEqual(err('the key is empty'))
  })
})
