import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { branch, findings, tag } from './support.ts'

const folder = resolve(import.meta.dirname, '../../../shared/corpus/configs')
const there = existsSync(folder)
if (!there)
  console.log('corpus.test.ts is skipped: there is no corpus of real configs beside the project')
const files = there ? readdirSync(folder).filter((file) => file.endsWith('.yml')) : []

test.runIf(there)('every real config gets an answer, for branches and tags', () => {
  expect(files.length).toBeGreaterThan(100)
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8')
    for (const ref of [branch('main'), branch('feature/foo'), tag('v1.2.3')]) {
      const found = findings(text, ref).filter(({ code }) => code === 'yaml-syntax')
      expect({ file, found }).toEqual({ file, found: [] })
    }
  }
})
