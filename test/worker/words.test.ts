import { expect, test } from 'vitest'
import { duration, goDuration, splitWords } from '../../src/worker/words.ts'

test.each([
  [600_000, '10m0s', '10m'],
  [4_500_000, '1h15m0s', '75m'],
  [3_600_000, '1h0m0s', '1h'],
  [90_000, '1m30s', '90s'],
  [1500, '1.5s', '1500ms'],
  [300, '300ms', '300ms'],
])('%d ms are %s to those who wait and %s to those who configure', (ms, waited, configured) => {
  expect([goDuration(ms), duration(ms)]).toEqual([waited, configured])
})

test.each([
  ['/bin/bash -eo pipefail', ['/bin/bash', '-eo', 'pipefail']],
  [`env A="b c" 'd e'`, ['env', 'A=b c', 'd e']],
])('the words of %s', (text, words) => {
  expect(splitWords(text)).toEqual(words)
})
