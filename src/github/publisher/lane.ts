import type { CheckRow } from '../../ports/checks.ts'
import type { Log } from '../../ports/log.ts'
import { failureOf } from '../failure.ts'
import type { Pace } from './pace.ts'
import type { Publishing } from './publish-row.ts'
import { publishRow } from './publish-row.ts'
import { settle } from './settle.ts'

/** All checks of one installation: its budget, its pauses and its requests are its own. */
export interface Lane {
  /** Begins with due checks as long as there are any and there is room. */
  fill(): Promise<void>
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

export interface LaneParts {
  readonly installationId: number
  readonly publishing: Publishing
  readonly pace: Pace
  readonly log: Log
  readonly stopped: AbortSignal
  /** Called when a check has made room for another. */
  readonly onRoom: () => void
}

/** Different checks may go side by side; a lease makes sure that one check never does. */
const inFlightAtMost = 8

export function createLane(parts: LaneParts): Lane {
  const { publishing, pace, stopped, installationId } = parts
  const underWay = new Set<Promise<void>>()
  const tries = new Map<string, number>()
  const begin = (row: CheckRow): void => {
    const work = publish(parts, row, tries).finally(() => {
      underWay.delete(work)
      parts.onRoom()
    })
    underWay.add(work)
  }
  const hasRoom = () => !stopped.aborted && underWay.size < inFlightAtMost && pace.ready()
  const leaseAll = async (): Promise<void> => {
    while (hasRoom()) {
      const row = await publishing.checks.lease(installationId)
      if (row === null) return
      begin(row)
    }
  }
  return {
    fill: oneAtATime(leaseAll),
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

/** Runs `work` once more when it was called while it ran, so that no call goes unheard. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let again = false
  const run = async (): Promise<void> => {
    try {
      do {
        again = false
        await work()
      } while (again)
    } finally {
      running = null
    }
  }
  return async () => {
    again = running !== null
    running ??= run()
    await running
  }
}

/** Never rejects: what fails is tried again, by its next due time or when its lease ends. */
async function publish(
  { publishing, pace, log }: LaneParts,
  row: CheckRow,
  tries: Map<string, number>,
): Promise<void> {
  try {
    await publishRow(publishing, row, pace.spend)
    tries.delete(row.key)
  } catch (error) {
    const count = (tries.get(row.key) ?? 0) + 1
    tries.set(row.key, count)
    const failure = failureOf(error, publishing.clock.now())
    const settling = { checks: publishing.checks, log }
    await settle(settling, row, failure, count).catch((lost: unknown) =>
      log.error({ check: row.key, error: String(lost) }, 'a check could not be noted as failed'),
    )
  }
}
