import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where git is found, as in PATH. */
const usualPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/opt/local/bin'

/** A working copy on disk, driven by the real git with nobody's settings but its own. */
export class WorkingCopy {
  readonly directory: string
  readonly #remote: string

  private constructor(directory: string, remote: string) {
    this.directory = directory
    this.#remote = remote
  }

  /** `remote` may hold credentials: the copy is thrown away, and nobody else sees its processes' arguments long. */
  static async make(remote: string): Promise<WorkingCopy> {
    const copy = new WorkingCopy(await mkdtemp(join(tmpdir(), 'sluice-copy-')), remote)
    await copy.git('init', '--quiet', '--initial-branch', 'main')
    return copy
  }

  async git(...args: readonly string[]): Promise<string> {
    // Else equal files that two copies commit in one second would be one and the same commit.
    const committer = { GIT_COMMITTER_EMAIL: `${basename(this.directory)}@example.org` }
    const env = { ...environment, ...committer }
    const { stdout } = await run('git', args, { cwd: this.directory, env })
    return stdout.trim()
  }

  /** Commits the files (by path) on top of what is there and returns the sha. */
  async commit(files: Readonly<Record<string, string>>, message = 'work'): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.directory, path)), { recursive: true })
      await writeFile(join(this.directory, path), text)
    }
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--allow-empty', '--message', message)
    return this.git('rev-parse', 'HEAD')
  }

  /** Pushes refspecs such as `HEAD:main` or `v1`. */
  async push(...refspecs: readonly string[]): Promise<void> {
    await this.git('push', '--quiet', this.#remote, ...refspecs)
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
  }
}

const environment = {
  PATH: usualPath,
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Ann',
}
