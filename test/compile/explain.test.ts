import { expect, test } from 'vitest'
import { explain, locator } from '../../src/compile/explain.ts'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import { findings } from './support.ts'

const diagnostic = (where: Diagnostic['where'], more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: 'unknown-key',
  severity: 'error',
  message: 'no',
  file: 'a.yml',
  hint: null,
  path: '',
  where,
  ...more,
})
const span = (line: number, column: number, endColumn: number, endLine = line) => ({
  line,
  column,
  endLine,
  endColumn,
})

test('a diagnostic shows its line with a caret, and its hint', () => {
  const text = 'version: 2\njobs:\n  biuld: 1\n'
  expect(explain(diagnostic(span(3, 3, 8), { hint: 'Did you mean build?' }), text)).toBe(
    [
      'a.yml:3:3: error unknown-key: no',
      '  3 |   biuld: 1',
      '    |   ^^^^^',
      '  hint: Did you mean build?',
    ].join('\n'),
  )
})

test('the caret stands under its text behind tabs, wide and combining characters', () => {
  const lines = explain(diagnostic(span(1, 8, 10)), '\t日本e\u0301 👍xy').split('\n')
  expect(lines[1]).toBe('  1 |  日本e\u0301 👍xy')
  // A tab (1), two wide characters (4), an e with its accent (1), a space (1), half of a pair.
  expect(lines[2]?.indexOf('^')).toBe('    | '.length + 7 + 1)
})

test('a place over several lines is marked to the end of its first', () => {
  expect(explain(diagnostic(span(1, 4, 2, 2)), 'a: bcd\n  e').split('\n')[2]).toBe('    |    ^^^')
})

test('terminal escapes and changes of direction in user text become visible', () => {
  const text = 'a: \u001b[31mred\u202E'
  const shown = explain(
    diagnostic(span(1, 1, 2), { message: 'no \u001b]0;x\u0007', file: 'a\nb' }),
    text,
  )
  expect(shown.split('\n')).toHaveLength(3)
  // oxlint-disable-next-line no-control-regex -- that there are none is the point
  expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/)
})

test('of a very long line only the surroundings are shown', () => {
  const shown = explain(
    diagnostic(span(1, 5001, 5004)),
    `${'x'.repeat(5000)}bad${'y'.repeat(5000)}`,
  )
  expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThan(200)
  expect(shown).toContain('xbady')
})

test('a place outside the text has no excerpt', () => {
  expect(explain(diagnostic(span(9, 1, 1)), 'a: 1')).toBe('a.yml:9:1: error unknown-key: no')
})

test('lines and columns count from one, the end is exclusive and not beyond the text', () => {
  const locate = locator('ab\n\ncde \n\n')
  expect(locate({ start: 0, end: 2 })).toEqual(span(1, 1, 3))
  expect(locate({ start: 4, end: 9 })).toEqual(span(3, 1, 4))
  expect(locate({ start: 0, end: 9 })).toEqual(span(1, 1, 4, 3))
  expect(locate({ start: 10, end: 10 })).toMatchObject({ line: 5, column: 1 })
})

test('every finding names its path inside the document', () => {
  const text =
    'version: 2.1\njobs: { build: { machine: true, steps: [checkout, { run: { comand: x } }] } }\n'
  expect(findings(text).map(({ path }) => path)).toContain('jobs.build.steps[1].run.comand')
})
