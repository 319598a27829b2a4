import { unreachable } from '../../model/result.ts'
import type { CheckRow, Checks } from '../../ports/checks.ts'
import type { Log } from '../../ports/log.ts'
import type { Failure } from '../failure.ts'

interface Settling {
  readonly checks: Checks
  /** Called when GitHub speaks as if the App had lost the repository. */
  readonly lostSight: () => void
  readonly log: Log
}

/** GitHub understood and will say the same again until a person changes something. */
const refusedRetryMs = 3_600_000
const badCredentialsRetryMs = 60_000
const longestBackoffMs = 60_000

/** Decides when a check that could not be sent is tried again. `tries` counts its failures in a row, from 1. */
export async function settle(
  settling: Settling,
  row: CheckRow,
  failure: Failure,
  tries: number,
): Promise<void> {
  const { checks, log } = settling
  const about = { check: row.key, repository: `${row.repository.owner}/${row.repository.name}` }
  const facts = { ...about, error: failure.message }
  switch (failure.kind) {
    case 'limited':
      // The installation as a whole waits already: its clients saw to that.
      log.warn({ ...facts, waitMs: failure.waitMs }, 'GitHub asks this installation to wait')
      return await checks.failed(row.key, failure.message, failure.waitMs)
    case 'unanswered': {
      const retryInMs = Math.min(1000 * 2 ** (tries - 1), longestBackoffMs)
      log.warn({ ...facts, retryInMs }, 'a check could not be sent')
      return await checks.failed(row.key, failure.message, retryInMs)
    }
    case 'refused':
      return await settleRefused(settling, row, failure, tries)
    default:
      return unreachable(failure)
  }
}

type Refused = Failure & { readonly kind: 'refused' }

/** What GitHub says of repositories that are gone, archived, or of a suspended App. */
const seemsLost = (status: number, message: string): boolean =>
  [404, 410, 451].includes(status) || (status === 403 && /suspended|archived/i.test(message))

/** Time for the survey to find out; what is really out of reach waits until it comes back. */
const lostRetryMs = 60_000
const lostTries = 3

async function settleRefused(
  { checks, log, lostSight }: Settling,
  row: CheckRow,
  { status, message }: Refused,
  tries: number,
): Promise<void> {
  const { owner, name } = row.repository
  const facts = { check: row.key, repository: `${owner}/${name}`, status, error: message }
  if (status === 401) {
    log.error(facts, 'GitHub does not accept this App: check APP_ID and PRIVATE_KEY')
    await checks.pause(row.installationId, badCredentialsRetryMs)
    return await checks.failed(row.key, message, badCredentialsRetryMs)
  }
  if (seemsLost(status, message)) {
    lostSight()
    if (tries < lostTries) {
      log.debug(facts, 'a check could not be sent: the repository may be out of reach')
      return await checks.failed(row.key, message, lostRetryMs)
    }
    log.warn(facts, 'the repository is gone or the App is no longer installed: a check is dropped')
    return await checks.unchanged(row.key, row.wanted)
  }
  log.error(facts, 'GitHub refuses a check; it is tried again in an hour')
  await checks.failed(row.key, message, refusedRetryMs)
}
