import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Finding, fine, problem } from './finding.ts'

const run = promisify(execFile)

/** Checkouts are made by the git of this machine. */
export async function gitFinding(): Promise<Finding> {
  try {
    const { stdout } = await run('git', ['--version'], { timeout: 10_000 })
    return fine('git', stdout.trim())
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    return problem(
      'git',
      `git cannot be run, so that no checkout works: ${reason}`,
      'install git, and see that it is in PATH',
    )
  }
}
