import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Regex } from '../ports/regex.ts'
import type { ConfigIo } from './config-io.ts'

const run = promisify(execFile)

/** The streams, files and git of this process. */
export const processIo = (regex: Regex): ConfigIo => ({
  stdout: (line) => process.stdout.write(`${line}\n`),
  stderr: (message) => process.stderr.write(`${message}\n`),
  readFile: (path) => readFile(path, 'utf8'),
  readStdin: () => text(process.stdin),
  currentBranch,
  regex,
})

/** Null outside of a repository, on a detached head, and where there is no git. */
async function currentBranch(): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['symbolic-ref', '--quiet', '--short', 'HEAD'])
    return stdout.trim()
  } catch {
    return null
  }
}
