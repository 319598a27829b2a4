import { expect, test } from 'vitest'
import { uniqueNames } from '../../../../src/compile/resolve/jobs/names.ts'

test.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  [
    ['a', 'b', 'a'],
    ['a-1', 'b', 'a-2'],
  ],
  [
    ['a', 'a-1', 'a'],
    ['a-2', 'a-1', 'a-3'],
  ],
  [
    ['a', 'a-1', 'a', 'a-1'],
    ['a-1', 'a-1-1', 'a-2', 'a-1-2'],
  ],
  [[], []],
])('%j are called %j', (wanted, names) => {
  expect(uniqueNames(wanted)).toEqual(names)
})
