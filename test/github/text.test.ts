import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutBytes, cutMiddle, plainText } from '../../src/github/text.ts'

const anyText = fc
  .string({ unit: 'binary', maxLength: 300 })
  .map((text) => text.replaceAll('\uFFFD', ''))

test('a cut text has at most so many bytes, is whole UTF-8, and begins as the original', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 3, max: 400 }), (text, limit) => {
      const cut = cutBytes(text.toWellFormed(), limit)
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit)
      expect(cut).not.toContain('\uFFFD')
      expect(text.toWellFormed().startsWith(cut.replace(/…$/, ''))).toBe(true)
    }),
  )
})

test('emoji are counted as the four bytes that they are', () => {
  expect(cutBytes('🙂🙂🙂', 12)).toBe('🙂🙂🙂')
  expect(cutBytes('🙂🙂🙂', 11)).toBe('🙂🙂…')
})

test('a text cut in the middle keeps both ends and says how much there was', () => {
  const cut = cutMiddle(`first ${'🙂'.repeat(1000)} last`, 400)
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(400)
  expect(cut).toMatch(/^first 🙂/)
  expect(cut).toMatch(/🙂 last$/)
  expect(cut).toContain('4011 bytes, the middle is left out')
  expect(cut).not.toContain('\uFFFD')
})

test('plain text has one line and no character that hides or turns others around', () => {
  expect(plainText('a\r\n\tb \u202Etxt.exe\u0000\u001B[31m\u200Bc', 100)).toBe('a b txt.exe [31m c')
})

test('half characters are replaced, so that every text can be sent', () => {
  expect(plainText('a\uD800b', 100)).toBe('a\uFFFDb')
})
