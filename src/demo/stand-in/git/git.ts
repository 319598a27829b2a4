import { spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'

/** How git is run here: apart from the user's settings and from any repository around us. */
export interface Git {
  /** Folder of the bare repositories: `OWNER/NAME.git`. */
  readonly root: string
  readonly environment: Readonly<Record<string, string>>
}

/** What GitHub allows beyond git's defaults, and quiet repositories: no clean-up behind a push. */
const settings: Readonly<Record<string, string>> = {
  'safe.directory': '*',
  'uploadpack.allowAnySHA1InWant': 'true',
  'uploadpack.allowFilter': 'true',
  'http.receivepack': 'true',
  'receive.autogc': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'core.fsync': 'none',
}

/** `searchPath`: the folders in which git is looked for. */
export const setUpGit = (root: string, searchPath: string): Git => {
  const entries = Object.entries(settings)
  return {
    root,
    environment: {
      PATH: searchPath,
      HOME: root,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: String(entries.length),
      ...Object.fromEntries(
        entries.flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
    },
  }
}

/** Standard output of `git ARGS` in `directory`. Rejects with git's own words when it fails. */
export const runGit = async (
  git: Git,
  directory: string,
  args: readonly string[],
): Promise<string> => {
  const child = spawn('git', args, {
    cwd: directory,
    env: git.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [code, out, err] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)])
  if (code !== 0) throw new Error(`git ${args[0]} failed: ${err.toString().trim()}`)
  return out.toString()
}
