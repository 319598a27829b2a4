/** The sample projects below `test/projects`, by git push, with processes of this machine. */
import { spawnSync } from 'node:child_process'
import { describe } from 'vitest'
import { startSystem } from '../support/system.ts'
import { cProject } from './projects/c.ts'
import { groundFor } from './projects/ground.ts'
import { nodeProject } from './projects/node.ts'
import { splitProject } from './projects/split.ts'
import { workspaceProject } from './projects/workspaces.ts'

const missing = ['npm --version', 'cc --version', 'make --version'].filter(
  (command) => spawnSync('/bin/sh', ['-c', command]).status !== 0,
)

describe('on the local executor', { timeout: 120_000 }, () => {
  const ground = groundFor(() => startSystem())
  const needs = (commands: readonly string[], define: () => void) => {
    const absent = missing.filter((command) => commands.includes(command))
    if (absent.length === 0) define()
    else console.info(`a project is skipped: this machine cannot do ${absent.join(', ')}`)
  }
  needs(['npm --version'], () => nodeProject(ground))
  needs(['cc --version', 'make --version'], () => cProject(ground))
  workspaceProject(ground)
  splitProject(ground)
  console.info('the Python project runs in Docker only: its PostgreSQL is a service container')
})
