import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { vendoredFile } from '../../src/cli/vendored-file.ts'

const path = '.circleci/orbs/a/b@1.0.0.yml'
const before = process.cwd()
let folder: string

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-vendored-')))
})
afterEach(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

function enter(name: string): void {
  mkdirSync(join(folder, name), { recursive: true })
  process.chdir(join(folder, name))
}

test('a vendored orb lies beside the config, wherever we are', async () => {
  write(`checkout/${path}`, 'beside')
  enter('elsewhere')
  expect(await vendoredFile('../checkout/.circleci/config.yml', path)).toBe('beside')
  expect(await vendoredFile(join(folder, 'checkout/.circleci/other.yml'), path)).toBe('beside')
  expect(await vendoredFile('../checkout/config.yml', path)).toBeNull()
})

test('else it is in the repository that we are in, below which we may be', async () => {
  write(`repository/${path}`, 'of the repository')
  execFileSync('git', ['init', '--quiet', join(folder, 'repository')])
  enter('repository/deep/below')
  expect(await vendoredFile('-', path)).toBe('of the repository')
  expect(await vendoredFile('../../../elsewhere/.circleci/config.yml', path)).toBe(
    'of the repository',
  )
})

test('outside of a repository it is in the current folder', async () => {
  write(`plain/${path}`, 'here')
  enter('plain')
  expect(await vendoredFile('config.yml', path)).toBe('here')
  expect(await vendoredFile('config.yml', `${path}x`)).toBeNull()
})

test('a folder of its name and a name that no file can have are no file', async () => {
  enter('plain')
  mkdirSync(path, { recursive: true })
  expect(await vendoredFile('config.yml', path)).toBeNull()
  expect(await vendoredFile('config.yml', `a/${'x'.repeat(300)}`)).toBeNull()
})

test('a file that cannot be read is no missing file', async () => {
  enter('plain')
  execFileSync('ln', ['-s', 'loop.yml', 'loop.yml'])
  await expect(vendoredFile('config.yml', 'loop.yml')).rejects.toThrow('ELOOP')
})
