import { expect, test } from 'vitest'
import { jobOf } from './support.ts'

const daysOf = (text: string) => jobOf(`retention: ${text}`).value.cacheRetentionDays

test('caches are kept from 1 to 30 days', () => {
  expect(daysOf('{ caches: 1d }')).toBe(1)
  expect(daysOf('{ caches: 15d }')).toBe(15)
  expect(daysOf('{ caches: 30d }')).toBe(30)
})

test('nothing said is nothing', () => {
  for (const text of ['', '{}', '{ caches: }']) expect(daysOf(text)).toBeNull()
})

test.each(['2w', '0d', '31d', '1.5d', '07d', '7', '-1d', '100d'])(
  'V47: caches cannot be kept for %s',
  (written) => {
    const { value, found, hints } = jobOf(`retention: { caches: ${written} }`)
    expect(value.cacheRetentionDays).toBeNull()
    expect(found).toEqual([`1:22 error bad-value: "${written}" is not a time between 1d and 30d`])
    expect(hints).toEqual(['Write whole days, e.g. 15d.'])
  },
)

test('V7: nothing but caches is kept so', () => {
  expect(jobOf('retention: { artifacts: 3d }').found).toEqual([
    '1:14 error unknown-key: "artifacts" is not a key of retention',
  ])
})
