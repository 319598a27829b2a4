import { basename } from 'node:path'

/** What an environment offers as a shell, found out by trying. */
export interface Shells {
  readonly bash: boolean
  /** Whether `sh` knows `pipefail`; Debian's did not for long. */
  readonly shPipefail: boolean
}

/** CircleCI's default: bash with `-eo pipefail` where there is one, else sh with as much of it as it knows. */
export function defaultShell(shells: Shells): readonly string[] {
  if (shells.bash) return ['/bin/bash', '-eo', 'pipefail']
  return shells.shPipefail ? ['/bin/sh', '-eo', 'pipefail'] : ['/bin/sh', '-e']
}

/**
 * The script as it is given to the shell. Only bash reads the file that `BASH_ENV` names; other Bourne
 * shells are made to, on the script's first line so that line numbers in messages stay right.
 */
export function scriptFor(shell: readonly string[], script: string): string {
  const readsBashEnv = !['sh', 'dash', 'ash', 'busybox'].includes(basename(shell[0] ?? ''))
  return readsBashEnv ? script : `[ ! -r "$BASH_ENV" ] || . "$BASH_ENV"; ${script}`
}
