import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { main } from './server-process.ts'

export interface Ended {
  /** Null when it had to be ended. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Circumstances {
  readonly env?: Readonly<Record<string, string>>
  /** Runs it as somebody else; only root can. */
  readonly uid?: number
}

/** Runs `sluice` with these words and nothing of our environment until it ends by itself. */
export const sluice = (
  words: readonly string[],
  { env = {}, uid }: Circumstances,
): Promise<Ended> =>
  new Promise((resolve) => {
    const as = uid === undefined ? {} : { uid, gid: uid }
    // Elsewhere than in the checkout, where somebody may keep an `.env`.
    const options = { cwd: tmpdir(), timeout: 30_000, killSignal: 'SIGKILL', ...as } as const
    const path = { PATH: process.env['PATH'] ?? '' }
    const child = execFile(
      process.execPath,
      [main, ...words],
      { ...options, env: { ...path, ...env } },
      (_error, out, err) => resolve({ code: child.exitCode, out, err }),
    )
  })
