import type { Urgency } from '../../model/effect.ts'
import type { Room } from '../../ports/checks.ts'
import type { Limits } from './limits.ts'
import { createWindow } from './window.ts'

/** What one installation may still ask of GitHub. */
export interface Budget {
  /** The least urgent checks that may be created, and changed, now. */
  room(): Room
  /** Counts a request that begins; call what is returned when it was answered. */
  begin(request: RequestCost): () => void
  /** Milliseconds until one more request may be sent that nobody can put off; 0: now. */
  untilFree(): number
  /** Counts creates of earlier or other processes, by when they were sent (ms since 1970). */
  recall(creates: readonly number[]): void
  /** For those who watch: what is left in each window, never below 0. */
  left(): Readonly<Record<WindowName, number>>
}

export type WindowName = 'points_minute' | 'creates_minute' | 'creates_hour' | 'requests_hour'

export interface RequestCost {
  readonly reads: boolean
  readonly creates: boolean
}

/**
 * How full a window may be for a check of each urgency to be sent: what is red, and approvals, always find
 * room, and questions (which are not checks) even then. The less urgent a check, the sooner it waits, and
 * while it waits newer wishes take the place of the older.
 */
const shares: readonly (readonly [Urgency, number])[] = [
  ['queued', 0.5],
  ['progress', 0.65],
  ['conclusion', 0.8],
  ['alarm', 0.9],
]

/** Where GitHub has no limits. */
export const unlimited: Budget = {
  room: () => ({ create: 'queued', update: 'queued' }),
  begin: () => () => undefined,
  untilFree: () => 0,
  recall: () => undefined,
  left: () => ({ points_minute: 0, creates_minute: 0, creates_hour: 0, requests_hour: 0 }),
}

export function createBudget(limits: Limits, now: () => number): Budget {
  const { minuteMs, hourMs } = limits
  const windows = {
    points_minute: createWindow(limits.pointsPerMinute, minuteMs, now),
    creates_minute: createWindow(limits.createsPerMinute, minuteMs, now),
    creates_hour: createWindow(limits.createsPerHour, hourMs, now),
    requests_hour: createWindow(limits.requestsPerHour, hourMs, now),
  }
  const fullness = (name: WindowName) => windows[name].used() / windows[name].most
  const left = (name: WindowName) => Math.max(0, windows[name].most - windows[name].used())
  const anyRequest = () => Math.max(fullness('points_minute'), fullness('requests_hour'))
  return {
    room: () => {
      const update = anyRequest()
      const create = Math.max(update, fullness('creates_minute'), fullness('creates_hour'))
      return { create: leastUrgent(create), update: leastUrgent(update) }
    },
    begin: ({ reads, creates }) => {
      const ends = [
        windows.points_minute.begin(reads ? 1 : 5),
        windows.requests_hour.begin(1),
        ...(creates ? [windows.creates_minute.begin(1), windows.creates_hour.begin(1)] : []),
      ]
      return () => ends.forEach((end) => end())
    },
    untilFree: () => (anyRequest() < 1 ? 0 : minuteMs / 10),
    recall: (creates) => {
      for (const time of creates) {
        windows.creates_hour.spentAt(time, 1)
        windows.creates_minute.spentAt(time, 1)
      }
    },
    left: () => ({
      points_minute: left('points_minute'),
      creates_minute: left('creates_minute'),
      creates_hour: left('creates_hour'),
      requests_hour: left('requests_hour'),
    }),
  }
}

const leastUrgent = (full: number): Urgency | null =>
  shares.find(([, share]) => full < share)?.[0] ?? null
