import { EnvironmentLost } from '../../ports/executor.ts'
import type { Shells } from '../shell.ts'
import type { Engine } from './engine.ts'
import { outputOf } from './exec.ts'
import { factsOf } from './programs.ts'

/** What the keeper found out about its container. */
export interface Facts {
  readonly uid: number
  readonly user: string
  readonly home: string
  readonly path: string
  readonly shells: Shells
  /** Other `tar`s cannot read names that are ended by a NUL. */
  readonly gnuTar: boolean
}

/** Waits until the keeper is ready. Rejects with `GoneError` when it has ended. */
export async function factsAbout(engine: Engine, container: string): Promise<Facts> {
  const words = ['/bin/sh', '-c', factsOf]
  const lines = (await outputOf(engine, container, { words })).split('\n')
  const [uid, user, home, path, bash, pipefail, tar, end] = lines
  if (end !== 'end' || !home?.startsWith('/') || !user || path === undefined) {
    throw new EnvironmentLost(
      `the keeper of the container said what was not expected: ${JSON.stringify(lines).slice(0, 500)}`,
    )
  }
  return {
    uid: Number(uid),
    user,
    home,
    path,
    shells: { bash: bash === 'yes', shPipefail: pipefail === 'yes' },
    gnuTar: tar === 'gnu',
  }
}
