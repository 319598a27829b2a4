/**
 * What GitHub has now, compared with what we know: at the start, now and then, and when GitHub says that
 * something about the App's installations or about a repository itself has changed. Such a message only
 * says when to look; it may come late, twice, in any order or never.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Closing, KnownRepository } from '../../ports/reach.ts'
import type { Bell } from '../publisher/bell.ts'
import type { Running } from '../running.ts'
import { compareHeads } from './branches.ts'
import { type FoundRepository, installationOf, listPlaces, type Places } from './places.ts'
import type { Surveying, SurveyParts } from './surveying.ts'

/** GitHub may need a moment until what it says is seen everywhere: after a hint it is looked at twice. */
const gatherMs = 500
const echoMs = 30_000

/** Looks until stopped. `bell` is rung when there is reason to look at once. */
export function startSurvey(parts: SurveyParts, bell: Bell): Running {
  const { clock, log, everyMs } = parts
  const stopped = new AbortController()
  const run = async (): Promise<void> => {
    let restMs = everyMs
    while (!stopped.signal.aborted) {
      await survey({ ...parts, stopped: stopped.signal }).catch((error: unknown) =>
        log.warn({ error: String(error) }, 'repositories could not be compared with GitHub'),
      )
      const began = clock.now()
      await bell.wait(restMs)
      const rung = clock.now() - began < restMs
      restMs = rung ? Math.min(echoMs, everyMs) : everyMs
      if (rung) await clock.sleep(gatherMs, stopped.signal)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopped.abort()
      bell.ring()
      await running
    },
  }
}

/** One look at everything. Of repositories that never began a pipeline nothing is asked. */
async function survey(parts: Surveying): Promise<void> {
  const known = await parts.reach.repositories()
  if (known.length === 0) return
  const places = await listPlaces(parts, known)
  for (const one of known) {
    if (parts.stopped.aborted) return
    await attend(parts, one, places).catch((error: unknown) =>
      parts.log.warn({ ...named(one), error: String(error) }, 'a repository could not be surveyed'),
    )
  }
}

async function attend(parts: Surveying, known: KnownRepository, places: Places): Promise<void> {
  const found = places.found.get(known.repository.id)
  if (found) return await welcome(parts, known, found)
  const closing = await lossOf(parts, known, places)
  if (closing) await close(parts, known, closing)
}

async function welcome(
  parts: Surveying,
  known: KnownRepository,
  { repository, archived, pushedAt }: FoundRepository,
): Promise<void> {
  if (archived) return await close(parts, { ...known, repository }, resting)
  if (known.closed !== null || !isDeepStrictEqual(known.repository, repository)) {
    await parts.reach.open(repository)
    const was = `${known.repository.owner}/${known.repository.name}`
    const facts = { ...named({ repository }), was, closed: known.closed?.because }
    parts.log.info(facts, 'a repository can be reached, under the name that it has now')
  }
  if (known.usesSluice) await compareHeads(parts, { repository, pushedAt })
}

/** Nobody can push to it and GitHub takes no checks of it; both may come back. */
const resting: Closing = { because: 'cannot write to an archived repository', cancel: false }

/** Why the App has lost the repository; null when that is not certain. */
async function lossOf(
  parts: Surveying,
  { repository }: KnownRepository,
  { suspended, unknown }: Places,
): Promise<Closing | null> {
  const { installationId } = repository
  if (suspended.get(installationId) === true)
    return { because: `is suspended for ${repository.owner}`, cancel: true }
  if (unknown.size > 0) return null
  if ((await installationOf(parts, repository)) !== null) return null
  return suspended.has(installationId)
    ? { because: `has no access to ${repository.owner}/${repository.name}`, cancel: true }
    : { because: `is not installed for ${repository.owner}`, cancel: true }
}

async function close(
  { reach, clock, log }: Surveying,
  known: Pick<KnownRepository, 'repository' | 'closed'>,
  closing: Closing,
): Promise<void> {
  if (known.closed?.because === closing.because) return
  if (await reach.close(known.repository.id, closing, clock.now()))
    log.warn({ ...named(known), because: `the App ${closing.because}` }, 'a repository is closed')
}

const named = ({ repository }: Pick<KnownRepository, 'repository'>) => ({
  repository: `${repository.owner}/${repository.name}`,
})
