/** Orbs for the commands on a person's machine. */
import { join } from 'node:path'
import { WrongCall } from './cli/failure.ts'
import { systemClock } from './clock.ts'
import { createLog } from './log.ts'
import { fileOrbCache } from './orbs/file-cache.ts'
import { orbsFrom } from './orbs/orbs.ts'
import type { Orbs } from './ports/orbs.ts'
import { cacheDirectory, environment, readOrbSettings } from './settings.ts'

export interface LocalOrbs {
  readonly offline: boolean
  /** Takes what a person should know: that a cache cannot be written, that a registry contradicts itself. */
  readonly complain: (line: string) => void
}

/**
 * Orbs as the environment's settings say, kept in this user's cache folder.
 * @throws WrongCall when a setting is wrong
 */
export function localOrbs({ offline, complain }: LocalOrbs): Orbs {
  const from = environment(process.cwd())
  const settings = readOrbSettings(from)
  if (!settings.ok) throw new WrongCall(settings.problem.join('\n'))
  const log = createLog({ level: 'warn', write: complain, readable: true, now: () => Date.now() })
  return orbsFrom({
    ...settings.value,
    offline,
    cache: fileOrbCache(join(cacheDirectory(from), 'sluice', 'orbs'), log),
    clock: systemClock,
    log,
    timeoutMs: 10_000,
    // A person waits, and can call again.
    pausesMs: [500],
  })
}
