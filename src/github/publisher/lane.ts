import type { CheckRow } from '../../ports/checks.ts'
import type { Log } from '../../ports/log.ts'
import type { Budget } from '../budget/budget.ts'
import { failureOf } from '../failure.ts'
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
  readonly budget: Budget
  /** Counts what was sent before this process began. */
  readonly recall: () => Promise<void>
  readonly log: Log
  readonly stopped: AbortSignal
  /** Called when a check has made room for another. */
  readonly onRoom: () => void
}

/**
 * Different checks may go side by side; a lease makes sure that one check never does. So few that what is
 * red never comes behind more than these: at GitHub's usual latency they are still faster than its limits.
 */
const inFlightAtMost = 4

export function createLane(parts: LaneParts): Lane {
  const { publishing, budget, stopped, installationId } = parts
  const recalled = once(parts.recall)
  const underWay = new Set<Promise<void>>()
  const tries = new Map<string, number>()
  const begin = (row: CheckRow): void => {
    const work = publish(parts, row, tries).finally(() => {
      underWay.delete(work)
      parts.onRoom()
    })
    underWay.add(work)
  }
  const hasRoom = () => !stopped.aborted && underWay.size < inFlightAtMost
  const leaseAll = async (): Promise<void> => {
    await recalled()
    while (hasRoom()) {
      const room = budget.room()
      const row = await publishing.checks.lease(installationId, room)
      if (row !== null) begin(row)
      else if (room.create === null || !(await publishing.checks.unfold(installationId))) return
    }
  }
  return {
    fill: oneAtATime(leaseAll),
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

/** Does it until it succeeds, and then no more. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done = false
  return async () => {
    if (!done) await work()
    done = true
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

/** Whether checks of jobs that went well have to wait for the creates of another hour, or minute. */
const isScarce = (budget: Budget): boolean => {
  const { create } = budget.room()
  return create === null || create === 'alarm'
}

/** Never rejects: what fails is tried again, by its next due time or when its lease ends. */
async function publish(
  { publishing, budget, log }: LaneParts,
  row: CheckRow,
  tries: Map<string, number>,
): Promise<void> {
  try {
    await publishRow(publishing, row, isScarce(budget))
    tries.delete(row.key)
  } catch (error) {
    const count = (tries.get(row.key) ?? 0) + 1
    tries.set(row.key, count)
    const failure = failureOf(error, publishing.clock.now())
    const { checks, lostSight } = publishing
    const settling = { checks, lostSight, log }
    await settle(settling, row, failure, count).catch((lost: unknown) =>
      log.error({ check: row.key, error: String(lost) }, 'a check could not be noted as failed'),
    )
  }
}
