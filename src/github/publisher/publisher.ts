import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Wake } from '../../ports/wake.ts'
import type { Budgets } from '../budget/budgets.ts'
import type { Running } from '../running.ts'
import { createBell } from './bell.ts'
import { createLane, type Lane, type LaneParts } from './lane.ts'
import type { Publishing } from './publish-row.ts'

export interface PublisherParts {
  readonly publishing: Publishing
  readonly wake: Wake
  readonly clock: Clock
  readonly log: Log
  readonly budgets: Budgets
  /** How long creates count, in milliseconds; 0: they do not. */
  readonly recallMs: number
  /** How often to look for what is due, at the least; default 1000. */
  readonly pollMs?: number
}

const usualPollMs = 1000
/**
 * A job that starts another changes three checks within milliseconds. Taken together they are fewer
 * requests, and the hand-over to the next job is not held up by them.
 */
const gatherMs = 40

/**
 * Moves GitHub towards what every check should show: whenever something is due, installation by
 * installation, and in each the most urgent checks first.
 */
export function startPublisher(parts: PublisherParts): Running {
  const { clock, log, wake, pollMs = usualPollMs } = parts
  const bell = createBell(clock)
  const stopped = new AbortController()
  const lanes = new Map<number, Lane>()
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await fillLanes(parts, lanes, { stopped: stopped.signal, onRoom: bell.ring }).catch(
        (error: unknown) => log.error({ error: String(error) }, 'due checks could not be read'),
      )
      await bell.wait(pollMs)
      await clock.sleep(gatherMs, stopped.signal)
    }
  }
  const unsubscribe = wake.on('checks', bell.ring)
  const running = run()
  return {
    stop: async () => {
      unsubscribe()
      stopped.abort()
      bell.ring()
      await running
      await Promise.all([...lanes.values()].map((lane) => lane.idle()))
    },
  }
}

async function fillLanes(
  { publishing, log, budgets, recallMs }: PublisherParts,
  lanes: Map<number, Lane>,
  common: Pick<LaneParts, 'stopped' | 'onRoom'>,
): Promise<void> {
  const due = await publishing.checks.due()
  const laneOf = (installationId: number): Lane => {
    const budget = budgets.of(installationId)
    const recall = async (): Promise<void> => {
      if (recallMs === 0) return
      budget.recall(await publishing.checks.createdSince(installationId, recallMs))
    }
    return createLane({ ...common, installationId, publishing, budget, recall, log })
  }
  for (const id of due) if (!lanes.has(id)) lanes.set(id, laneOf(id))
  await Promise.all([...lanes].filter(([id]) => due.includes(id)).map(([, lane]) => lane.fill()))
}
