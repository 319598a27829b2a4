import type { Log } from '../ports/log.ts'
import type { KeptOrb, OrbCache, PublishedOrb } from '../ports/orb-cache.ts'
import type { OrbAnswer } from '../ports/orbs.ts'
import type { Fetched } from './fetched.ts'

/** An orb that is wanted, and how to come by it. */
export interface Wanted {
  /** Who is asked, as the cache calls it. */
  readonly source: string
  readonly reference: string
  /** How long an answer is as good as a new one, in milliseconds. */
  readonly freshMs: number
  readonly ask: () => Promise<Fetched>
  /** The exact reference that an answer of this version stands for; null: none that never changes. */
  readonly exactly: (version: string) => string | null
  /** When nobody can be asked. */
  readonly unreachable: (because: string) => OrbAnswer
}

interface Parts {
  readonly cache: OrbCache
  readonly log: Log
  readonly offline: boolean
}

/**
 * Answers from the cache where it can. Those who want the same orb at the same time wait for one answer.
 * When nobody can be asked, what a moving reference stood for last is used, with a line in the log.
 */
export function cachedOrbs(parts: Parts): (wanted: Wanted) => Promise<OrbAnswer> {
  const underway = new Map<string, Promise<OrbAnswer>>()
  return (wanted) => {
    const key = `${wanted.source} ${wanted.reference}`
    const answer = underway.get(key) ?? answerTo(wanted, parts).finally(() => underway.delete(key))
    underway.set(key, answer)
    return answer
  }
}

async function answerTo(wanted: Wanted, parts: Parts): Promise<OrbAnswer> {
  const kept = await parts.cache.find(wanted.source, wanted.reference)
  if (kept !== null && (parts.offline || kept.ageMs <= wanted.freshMs)) return sourceOf(kept)
  if (parts.offline) return { kind: 'opaque' }
  const fetched = await wanted.ask()
  switch (fetched.kind) {
    case 'found':
      return sourceOf(await keep(wanted, fetched, parts))
    case 'missing':
      return fetched
    case 'trouble':
      return kept
        ? stale(wanted, kept, fetched.because, parts)
        : wanted.unreachable(fetched.because)
    default:
      return fetched satisfies never
  }
}

async function keep(wanted: Wanted, orb: PublishedOrb, parts: Parts): Promise<PublishedOrb> {
  const exact = wanted.exactly(orb.version)
  const kept = exact === null ? orb : await keepExact(wanted.source, exact, orb, parts)
  if (exact !== wanted.reference)
    await parts.cache.keepMoving(wanted.source, wanted.reference, kept)
  return kept
}

/** A registry that changes a published version is broken or broken into: the first text stays. */
async function keepExact(
  source: string,
  reference: string,
  orb: PublishedOrb,
  { cache, log }: Parts,
): Promise<PublishedOrb> {
  const text = await cache.keepExact(source, reference, orb)
  if (text !== orb.text)
    log.error(
      { source, orb: reference },
      'the orb registry changed a version that was published; the text it gave first is used',
    )
  return { version: orb.version, text }
}

function stale(
  { source, reference }: Wanted,
  kept: KeptOrb,
  because: string,
  { log }: Parts,
): OrbAnswer {
  const ageMinutes = Math.round(kept.ageMs / 60_000)
  log.warn(
    { source, orb: reference, version: kept.version, ageMinutes, because },
    'an orb could not be asked for again; what it stood for last is used',
  )
  return sourceOf(kept)
}

const sourceOf = ({ version, text }: PublishedOrb): OrbAnswer => ({ kind: 'source', version, text })
