/**
 * What `npm install` runs at the end, with whatever Node the host has: makes `sluice` a command of
 * node_modules/.bin, and puts the git hooks in place. Neither is worth a failed installation.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')
const link = join(modules, '.bin/sluice')
const hooks = join(modules, 'lefthook/bin/index.js')

try {
  mkdirSync(join(modules, '.bin'), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync('../../src/cli/sluice', link)
} catch (error) {
  console.error(`node_modules/.bin/sluice was not made, use src/cli/sluice: ${error.message}`)
}

if (!process.env.CI && existsSync(join(root, '.git')) && existsSync(hooks))
  spawnSync(process.execPath, [hooks, 'install'], { cwd: root, stdio: 'ignore' })
