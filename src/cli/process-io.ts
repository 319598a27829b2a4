import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Regex } from '../ports/regex.ts'
import type { ConfigIo } from './config-io.ts'
import { vendoredFile } from './vendored-file.ts'

const run = promisify(execFile)

/** The streams, files and git of this process. */
export const processIo = (regex: Regex, orbs: ConfigIo['orbs']): ConfigIo => ({
  stdout: writer(process.stdout),
  stderr: writer(process.stderr),
  readFile: (path) => readFile(path, 'utf8'),
  readStdin: () => text(process.stdin),
  currentBranch,
  regex,
  orbs,
  vendored: vendoredFile,
})

/** A reader that has seen enough, as `head` has, closes the pipe: what follows is lost on purpose. */
function writer(stream: NodeJS.WriteStream): (text: string) => void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return (words) => stream.write(`${words}\n`)
}

/** Null outside of a repository, on a detached head, and where there is no git. */
async function currentBranch(): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['symbolic-ref', '--quiet', '--short', 'HEAD'])
    return stdout.trim()
  } catch {
    return null
  }
}
