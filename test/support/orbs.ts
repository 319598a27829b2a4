import { systemClock } from '../../src/clock.ts'
import { type OrbParts, orbsFrom } from '../../src/orbs/orbs.ts'
import type { Log } from '../../src/ports/log.ts'
import type { OrbCache, PublishedOrb } from '../../src/ports/orb-cache.ts'
import type { Vendored } from '../../src/ports/orbs.ts'

/** A commit that holds no orbs. */
export const nothingVendored: Vendored = () => Promise.resolve(null)

/** An orb, small and sound. */
export const orbText = (name: string): string =>
  `version: 2.1\ncommands:\n  ${name}:\n    steps: [{ run: make ${name} }]\n`

export interface MemoryCache extends OrbCache {
  /** Makes all that is kept this much older. */
  age(ms: number): void
}

/** Keeps orbs in memory, with an age that a test decides. */
function memoryCache(): MemoryCache {
  const kept = new Map<string, PublishedOrb & { readonly at: number }>()
  const exact = new Set<string>()
  let now = 0
  return {
    find: (source, reference) => {
      const found = kept.get(`${source} ${reference}`)
      return Promise.resolve(found ? { ...found, ageMs: now - found.at } : null)
    },
    keepExact: (source, reference, orb) => {
      const found = kept.get(`${source} ${reference}`)
      exact.add(`${source} ${reference}`)
      if (!found) kept.set(`${source} ${reference}`, { ...orb, at: now })
      return Promise.resolve(found?.text ?? orb.text)
    },
    keepMoving: (source, reference, orb) => {
      if (exact.has(`${source} ${reference}`)) throw new Error(`${reference} never moves`)
      kept.set(`${source} ${reference}`, { ...orb, at: now })
      return Promise.resolve()
    },
    age: (ms) => {
      now += ms
    },
  }
}

export interface Entry {
  readonly level: keyof Log
  readonly facts: Readonly<Record<string, unknown>>
  readonly message: string
}

/** An operator's log that can be read. */
export function recordingLog(): { readonly log: Log; readonly entries: readonly Entry[] } {
  const entries: Entry[] = []
  const at = (level: keyof Log) => (facts: Entry['facts'], message: string) =>
    void entries.push({ level, facts, message })
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { log, entries }
}

/** Orbs with what a test gives, patient for as short as can be. */
export function testOrbs(parts: Partial<OrbParts>) {
  const { log, entries } = recordingLog()
  const cache = memoryCache()
  const orbs = orbsFrom({
    registry: null,
    token: null,
    urls: [],
    offline: false,
    cache,
    // Time that stands still, and pauses that take none.
    clock: { ...systemClock, now: () => 0, sleep: () => Promise.resolve() },
    log,
    timeoutMs: 5000,
    pausesMs: [],
    ...parts,
  })
  return {
    cache,
    entries,
    fetch: (reference: string, vendored = nothingVendored) => orbs.fetch(reference, vendored),
  }
}
