import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { code, duration, fenced, sentence } from '../../../src/github/render/markdown.ts'

test.each([
  ['<img src=x onerror=1>', '&lt;img src=x onerror=1&gt;'],
  ['[click](http://evil)', String.raw`\[click\](http:​//evil)`],
  ['a|b', String.raw`a\|b`],
  ['@everybody', '@​everybody'],
  ['fixes #12', String.raw`fixes \#​12`],
  ['see GH-12', 'see GH-​12'],
  ['www.evil.example', 'www.​evil.example'],
  ['**bold** _it_ `code`', '\\*\\*bold\\*\\* \\_it\\_ \\`code\\`'],
  ['# title\n- item', String.raw`\# title - item`],
  ['- item', String.raw`\- item`],
  ['&lt;', '&amp;lt;'],
])('a text from outside is shown as it is: %s', (text, markdown) => {
  expect(sentence(text)).toBe(markdown)
})

test('a name is code, whatever backticks and pipes it has', () => {
  expect(code('build')).toBe('`build`')
  expect(code('a|b')).toBe(String.raw`${'`'}a\|b${'`'}`)
  expect(code('a``b')).toBe('```a``b```')
  expect(code('`x`')).toBe('`` `x` ``')
  expect(code('')).toBe('`  `')
  expect(code('a\nb')).toBe('`a b`')
})

test('nothing in a log closes its fence', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('`', '```', '\n', 'x', '````')), (parts) => {
      const lines = fenced(parts.join(''), 1000).split('\n')
      const fence = lines[0] ?? ''
      expect(lines.at(-1)).toBe(fence)
      expect(lines.slice(1, -1).filter((line) => line.includes(fence))).toEqual([])
    }),
  )
})

test('a log has no colours, no control characters, and the last word on each line', () => {
  const log =
    '\u001B[1;31mred\u001B[0m \u001B]8;;http://evil\u0007link\u001B]8;;\u0007\r\n10%\r20%\u0000\u001B(B\u001B7\n'
  expect(fenced(log, 1000)).toBe('```\nred link\n20%\n```')
})

test('a long log of emoji keeps within its bytes, fence included', () => {
  const text = fenced(`${'🙂'.repeat(30_000)}\n\`\`\`\`\`end`, 65_535)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_535)
  expect(text.startsWith('``````\n🙂')).toBe(true)
  expect(text.endsWith('`````end\n``````')).toBe(true)
  expect(text).not.toContain('\uFFFD')
})

test.each([
  [0, '0s'],
  [-5, '0s'],
  [59_400, '59s'],
  [65_000, '1m 05s'],
  [3_600_000, '1h 00m'],
  [7_620_000, '2h 07m'],
])('%d ms read as %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})
