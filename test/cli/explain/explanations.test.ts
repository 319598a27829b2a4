import { describe, expect, test } from 'vitest'
import { configOf } from '../../../src/cli/explain/explanation.ts'
import { findings } from '../../../src/cli/explain/findings.ts'
import { explanations, groups } from '../../../src/cli/explain/texts.ts'
import { type Code, codes } from '../../../src/compile/codes.ts'
import { lineOf, regex } from '../../compile/support.ts'

const all = Object.entries(explanations) as readonly (readonly [
  Code,
  (typeof explanations)[Code],
])[]

test('every code is listed in one group', () => {
  const listed = groups.flatMap((group) => group.codes)
  expect(listed.toSorted()).toEqual(Object.keys(codes).toSorted())
})

describe.each(all)('%s', (code, { meaning, wrong, right }) => {
  test('the wrong example is told so, at its marked line', () => {
    const { line } = configOf(wrong)
    const found = findings(wrong, regex)
    expect(
      found.map(({ code: one }) => one),
      found.map(lineOf).join('\n'),
    ).toContain(code)
    const places = found.filter((one) => one.code === code).map(({ where }) => where.line)
    expect(places, found.map(lineOf).join('\n')).toContain(line)
  })

  test('the right example is sound, and free of it', () => {
    const found = findings(right, regex)
    expect(
      found.filter((one) => one.severity === 'error' || one.code === code).map(lineOf),
    ).toEqual([])
  })

  test('its meaning is told in sentences, on one page', () => {
    expect(meaning).toMatch(/^[A-Z`].*\.$/)
    expect(meaning.length).toBeLessThan(500)
  })
})
