import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileOrbCache } from '../../src/orbs/file-cache.ts'
import { recordingLog } from '../support/orbs.ts'

const source = 'https://orbs.example.com/graphql'
let parent: string
let folder: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sluice-orbs-'))
  folder = join(parent, 'cache', 'orbs')
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const open = () => {
  const { log, entries } = recordingLog()
  return { ...fileOrbCache(folder, log), entries }
}
const files = () =>
  readdirSync(parent, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
const one = (text: string) => ({ version: '1.0.0', text })

test('an exact version is there for the next process, as YAML with a comment on top', async () => {
  const text = 'version: 2.1\n# ä\0\n'
  expect(await open().keepExact(source, 'a/b@1.0.0', one(text))).toBe(text)
  expect(await open().find(source, 'a/b@1.0.0')).toEqual({ ...one(text), ageMs: 0 })
  expect(files()).toHaveLength(1)
  expect(files()[0]).toMatch(/orbs\.example\.com.*\/a\/b.*1\.0\.0\.yml$/)
  expect(readFileSync(files()[0] ?? '', 'utf8')).toMatch(/^# sha256 [\da-f]{64}\nversion: 2\.1\n/)
})

test('the first text of a version stays', async () => {
  await open().keepExact(source, 'a/b@1.0.0', one('first'))
  expect(await open().keepExact(source, 'a/b@1.0.0', one('second'))).toBe('first')
  expect(await open().find(source, 'a/b@1.0.0')).toMatchObject({ text: 'first' })
})

test.each([
  ['cut off', (content: string) => content.slice(0, -3)],
  ['emptied', () => ''],
  ['edited', (content: string) => `${content}more`],
  ['replaced', () => 'version: 2.1\n'],
])('a file that was %s is none, and is written anew', async (_, change) => {
  await open().keepExact(source, 'a/b@1.0.0', one('version: 2.1\n'))
  const file = files()[0] ?? ''
  writeFileSync(file, change(readFileSync(file, 'utf8')))
  expect(await open().find(source, 'a/b@1.0.0')).toBeNull()
  expect(await open().keepExact(source, 'a/b@1.0.0', one('again'))).toBe('again')
  expect(await open().find(source, 'a/b@1.0.0')).toMatchObject({ text: 'again' })
})

test('sources and references have files of their own, whatever is in their names', async () => {
  const names = [
    ['x', 'a/b@1.0.0'],
    ['y', 'a/b@1.0.0'],
    ['x/a', 'b@1.0.0'],
    ['..', '../../../escaped@1.0.0'],
    ['.', '..'],
    ['', ''],
    ['x\0', 'a\nb/\ud800@1'],
  ] as const
  for (const [from, reference] of names)
    await open().keepExact(from, reference, one(`${from} ${reference}`.toWellFormed()))
  for (const [from, reference] of names)
    expect(await open().find(from, reference)).toMatchObject({
      text: `${from} ${reference}`.toWellFormed(),
    })
  expect(files().filter((file) => !file.startsWith(`${folder}/`))).toEqual([])
  expect(files()).toHaveLength(names.length)
})

test('many who write the same orb at once leave one whole file', async () => {
  const text = 'x'.repeat(1024 * 1024)
  const writers = Array.from({ length: 8 }, () => open().keepExact(source, 'a/b@1.0.0', one(text)))
  await Promise.all(writers)
  expect(files()).toHaveLength(1)
  expect(await open().find(source, 'a/b@1.0.0')).toMatchObject({ text })
})

test('a folder that cannot be written is told and costs nothing else', async () => {
  writeFileSync(join(parent, 'cache'), 'a file in the way')
  const cache = open()
  expect(await cache.keepExact(source, 'a/b@1.0.0', one('text'))).toBe('text')
  expect(await cache.find(source, 'a/b@1.0.0')).toBeNull()
  expect(cache.entries).toMatchObject([
    { level: 'warn', message: 'an orb could not be kept for the next time' },
  ])
})

test('what moves is remembered by this process only', async () => {
  const cache = open()
  await cache.keepMoving(source, 'a/b@1', one('moving'))
  expect(await cache.find(source, 'a/b@1')).toMatchObject(one('moving'))
  expect(await open().find(source, 'a/b@1')).toBeNull()
  expect(files()).toEqual([])
})
