import type { Repository } from '../../model/trigger.ts'
import type { KnownRepository } from '../../ports/reach.ts'
import { failureOf } from '../failure.ts'
import { at, id, repositoryIn, text } from '../webhooks/payload.ts'
import type { Surveying } from './surveying.ts'

/** A repository as GitHub lists it. */
export interface FoundRepository {
  readonly repository: Repository
  readonly archived: boolean
  /** Milliseconds since 1970. */
  readonly pushedAt: number
}

/** What GitHub says about the App's installations. */
export interface Places {
  /** By id, where the App is installed: whether it is suspended there. */
  readonly suspended: ReadonlyMap<number, boolean>
  /** Repositories that we know, by id. */
  readonly found: ReadonlyMap<number, FoundRepository>
  /** Installations that did not answer, or were not asked since GitHub wants them left alone. */
  readonly unknown: ReadonlySet<number>
}

/**
 * Lists what the App can reach: first the installations that known repositories belong to, and all others
 * only where some of those are not there any more.
 */
export async function listPlaces(
  parts: Surveying,
  known: readonly KnownRepository[],
): Promise<Places> {
  const suspended = await listInstallations(parts)
  const listing: Listing = { found: new Map(), unknown: new Set(), wanted: idsOf(known) }
  const resting = await parts.reach.resting()
  const active = [...suspended].filter(([, rests]) => !rests).map(([installation]) => installation)
  const own = new Set(known.map(({ repository }) => repository.installationId))
  const first = active.filter((installation) => own.has(installation))
  for (const installation of first) await listInto(parts, listing, { installation, resting })
  if (listing.found.size < known.length)
    for (const installation of active.filter((one) => !own.has(one)))
      await listInto(parts, listing, { installation, resting })
  return { suspended, found: listing.found, unknown: listing.unknown }
}

const idsOf = (known: readonly KnownRepository[]): ReadonlySet<number> =>
  new Set(known.map(({ repository }) => repository.id))

async function listInstallations({ probot }: Surveying): Promise<ReadonlyMap<number, boolean>> {
  const app = await probot.auth()
  const suspended = new Map<number, boolean>()
  for (let page = 1; ; page++) {
    const { data } = await app.rest.apps.listInstallations({ per_page: perPage, page })
    for (const one of data) suspended.set(one.id, one.suspended_at !== null)
    if (data.length < perPage) return suspended
  }
}

const perPage = 100

interface Listing {
  readonly found: Map<number, FoundRepository>
  readonly unknown: Set<number>
  readonly wanted: ReadonlySet<number>
}

interface Asked {
  readonly installation: number
  readonly resting: ReadonlySet<number>
}

/** An installation that does not answer keeps nobody else waiting; nothing is concluded about it. */
async function listInto(
  parts: Surveying,
  listing: Listing,
  { installation, resting }: Asked,
): Promise<void> {
  if (parts.stopped.aborted || resting.has(installation))
    return void listing.unknown.add(installation)
  try {
    for (const one of await listRepositories(parts, installation))
      if (listing.wanted.has(one.repository.id)) listing.found.set(one.repository.id, one)
  } catch (error) {
    listing.unknown.add(installation)
    const failure = failureOf(error, parts.clock.now())
    if (failure.kind === 'limited') await parts.checks.pause(installation, failure.waitMs)
    const facts = { installation, error: failure.message }
    parts.log.warn(facts, 'the repositories of an installation could not be listed')
  }
}

async function listRepositories(
  { probot, addresses }: Surveying,
  installation: number,
): Promise<readonly FoundRepository[]> {
  const octokit = await probot.auth(installation)
  const found: FoundRepository[] = []
  for (let page = 1; ; page++) {
    const request = { per_page: perPage, page }
    const { data } = await octokit.rest.apps.listReposAccessibleToInstallation(request)
    for (const one of data.repositories) {
      const repository = repositoryIn(
        { repository: one, installation: { id: installation } },
        addresses,
      )
      if (repository) found.push({ repository, ...standingOf(one) })
    }
    if (data.repositories.length < perPage) return found
  }
}

function standingOf(repository: unknown) {
  const pushed = Date.parse(text(at(repository, 'pushed_at')) ?? '')
  return {
    archived: at(repository, 'archived') === true,
    pushedAt: Number.isNaN(pushed) ? 0 : pushed,
  }
}

/**
 * The installation that has the repository now, asked for it alone; null: none. Lists can lag behind, so
 * nothing is given up without this.
 */
export async function installationOf(
  { probot, clock }: Surveying,
  { owner, name: repo }: Repository,
): Promise<number | null> {
  const app = await probot.auth()
  try {
    const { data } = await app.rest.apps.getRepoInstallation({ owner, repo })
    return id(data.id)
  } catch (error) {
    const failure = failureOf(error, clock.now())
    if (failure.kind === 'refused' && failure.status === 404) return null
    throw error
  }
}
