import { EnvironmentRefused } from '../../ports/executor.ts'
import type { Log } from '../../ports/log.ts'
import { outputOf } from './exec.ts'
import { GoneError } from './gone.ts'
import type { Open } from './open.ts'
import { signOfLife } from './programs.ts'

/** Tells the keepers of environments, from time to time, that somebody will still come for them. */
export interface Pulse {
  keep(open: Open): void
  forget(open: Open): void
  stop(): void
}

/** Many times within the patience of a keeper. */
const everyMs = 60_000

export function createPulse(log: Log): Pulse {
  const kept = new Map<string, Open>()
  const beat = async (open: Open): Promise<void> => {
    try {
      await outputOf(open.engine, open.container, { words: ['/bin/sh', '-c', signOfLife] })
    } catch (error) {
      if (error instanceof GoneError || error instanceof EnvironmentRefused)
        kept.delete(open.container)
      else log.debug({ environment: open.id, error: String(error) }, 'no sign of life was given')
    }
  }
  const timer = setInterval(() => {
    for (const open of kept.values()) void beat(open)
  }, everyMs).unref()
  return {
    keep: (open) => kept.set(open.container, open),
    forget: (open) => kept.delete(open.container),
    stop: () => clearInterval(timer),
  }
}
