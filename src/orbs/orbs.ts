/**
 * Where orbs come from, in the order in which it is tried: the repository's own files, what was kept, the
 * registry or the URL.
 */

import {
  acceptedForms,
  isExact,
  parseReference,
  type RegistryOrb,
  shown,
  type UrlOrb,
} from '../model/orb-reference.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { OrbCache } from '../ports/orb-cache.ts'
import type { OrbAnswer, Orbs, Vendored } from '../ports/orbs.ts'
import { cachedOrbs, type Wanted } from './cached.ts'
import { missing } from './fetched.ts'
import { createLanes } from './lanes.ts'
import { createPatience, type Patience } from './patience.ts'
import { askRegistry } from './registry.ts'
import { fetchUrl, refusal } from './url.ts'
import { vendoredOrb, vendoredPath } from './vendored.ts'

export interface OrbParts {
  /** Where the registry takes queries; null: none is ever asked. */
  readonly registry: string | null
  /** For the registry's private orbs. */
  readonly token: string | null
  /** `https://` URLs below which orbs may be fetched. */
  readonly urls: readonly string[]
  /** True: nobody is asked; an orb that is neither vendored nor kept is opaque. */
  readonly offline: boolean
  readonly cache: OrbCache
  readonly clock: Clock
  readonly log: Log
  /** For one request. */
  readonly timeoutMs: number
  /** How long to rest before each further try, in milliseconds. */
  readonly pausesMs: readonly number[]
}

/** Orbs that are looked up at once by this process. */
const atOnce = 16
const minuteMs = 60_000

/** Makes the one source of orbs from all there are. */
export function orbsFrom(parts: OrbParts): Orbs {
  const inLanes = createLanes(atOnce)
  const newPatience = createPatience(parts)
  const cached = cachedOrbs(parts)
  return {
    fetch: (reference, vendored) => {
      const ways = { parts, cached, patience: newPatience() }
      return inLanes(() => fetchOrb(reference, vendored, ways))
    },
  }
}

async function fetchOrb(reference: string, vendored: Vendored, ways: Ways): Promise<OrbAnswer> {
  const parsed = parseReference(reference)
  if (!parsed.ok) return malformed(reference, parsed.problem)
  if (parsed.value.kind === 'url') return fromUrl(parsed.value, ways)
  return (await vendoredOrb(parsed.value, vendored)) ?? fromRegistry(parsed.value, ways)
}

const malformed = (reference: string, problem: string): OrbAnswer =>
  missing(`${shown(reference)} names no orb: ${problem}`, acceptedForms)

interface Ways {
  readonly parts: OrbParts
  readonly patience: Patience
  readonly cached: (wanted: Wanted) => Promise<OrbAnswer>
}

async function fromUrl({ url }: UrlOrb, { parts, patience, cached }: Ways): Promise<OrbAnswer> {
  const refused = parts.offline ? null : refusal(url, parts.urls)
  if (refused !== null) return refused
  return cached({
    source: 'url',
    reference: url.href,
    freshMs: 5 * minuteMs,
    ask: () => patience(url.origin, () => fetchUrl(url, { ...parts, allowed: parts.urls })),
    exactly: () => null,
    unreachable: (because) =>
      missing(
        `${url.href} could not be fetched: ${because}`,
        'Try again later, or write the orb into the config, under orbs.',
      ),
  })
}

async function fromRegistry(orb: RegistryOrb, ways: Ways): Promise<OrbAnswer> {
  const { parts, patience, cached } = ways
  const { registry } = parts
  if (registry === null)
    return parts.offline ? { kind: 'opaque' } : unreachable(orb, 'SLUICE_ORB_REGISTRY is off')
  return cached({
    source: registry,
    reference: `${orb.name}@${orb.version}`,
    freshMs: freshness[orb.stability],
    ask: () => patience(registry, () => askRegistry(orb, { ...parts, address: registry })),
    exactly: (version) => (isExact(version) ? `${orb.name}@${version}` : null),
    unreachable: (because) => unreachable(orb, because),
  })
}

const freshness = {
  exact: Number.POSITIVE_INFINITY,
  range: 5 * minuteMs,
  dev: minuteMs,
} as const

const unreachable = (orb: RegistryOrb, because: string): OrbAnswer =>
  missing(
    `the orb registry could not be asked for ${orb.name}@${orb.version}: ${because}`,
    `Try again later, or keep the orb in the repository: its text, in the file ${vendoredPath(orb)}, is used before any registry.`,
  )
