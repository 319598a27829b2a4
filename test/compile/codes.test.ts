import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codes } from '../../src/compile/codes.ts'

const folder = join(import.meta.dirname, '../../src/compile')
const source = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'codes.ts')
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n')

test.each(Object.keys(codes))('the code %s is reported somewhere', (code) => {
  expect(source).toContain(`'${code}'`)
})
