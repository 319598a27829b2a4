import { Refusal } from './refusal.ts'

/** What GitHub allows one installation; the defaults are GitHub's own figures. */
export interface RateLimits {
  /** All windows are so much shorter. Default 1. */
  readonly shrunk?: number
  /** A minute's points: a request that reads costs 1, any other 5. Default 900. */
  readonly pointsPerMinute?: number
  /** Content that is created, such as check runs. Default 80. */
  readonly createsPerMinute?: number
  /** Default 500. */
  readonly createsPerHour?: number
  /** The primary limit. Default 5,000. */
  readonly requestsPerHour?: number
}

/** Counts what each installation asks and refuses what is too much, as GitHub does. */
export interface RateLimiter {
  /** Counts the request. Throws a `Refusal` when it is beyond a limit; that one is not counted. */
  admit(installationId: number, method: string, op: string): void
}

const minuteMs = 60_000
const hourMs = 3_600_000

interface Limit {
  readonly kind: 'primary' | 'secondary'
  readonly windowMs: number
  readonly most: number
  readonly cost: (method: string, op: string) => number
}

interface Spent {
  readonly at: number
  readonly cost: number
}

/** Windows slide: at no time was more than the limit spent within the last minute or hour. */
export function createRateLimiter(wanted: RateLimits, now: () => number): RateLimiter {
  const limits = limitsOf(wanted)
  const books = new Map<string, Spent[]>()
  const spentOn = (limit: Limit, index: number, installation: number): Spent[] => {
    const key = `${installation}/${index}`
    const spent = (books.get(key) ?? []).filter(({ at }) => at > now() - limit.windowMs)
    books.set(key, spent)
    return spent
  }
  return {
    admit: (installationId, method, op) => {
      const entries = limits.map((limit, index) => ({
        limit,
        cost: limit.cost(method, op),
        spent: spentOn(limit, index, installationId),
      }))
      for (const { limit, cost, spent } of entries)
        if (cost > 0 && sum(spent) + cost > limit.most) throw refusal(limit, spent, now())
      for (const { cost, spent } of entries) if (cost > 0) spent.push({ at: now(), cost })
    },
  }
}

function limitsOf({ shrunk = 1, ...wanted }: RateLimits): readonly Limit[] {
  const { pointsPerMinute = 900, createsPerMinute = 80 } = wanted
  const { createsPerHour = 500, requestsPerHour = 5_000 } = wanted
  return [
    { kind: 'secondary', windowMs: minuteMs / shrunk, most: pointsPerMinute, cost: points },
    { kind: 'secondary', windowMs: minuteMs / shrunk, most: createsPerMinute, cost: creates },
    { kind: 'secondary', windowMs: hourMs / shrunk, most: createsPerHour, cost: creates },
    { kind: 'primary', windowMs: hourMs / shrunk, most: requestsPerHour, cost: () => 1 },
  ]
}

const creates = (_method: string, op: string): number => (op === 'checks/create' ? 1 : 0)
const points = (method: string): number => (method === 'GET' ? 1 : 5)

const sum = (spent: readonly Spent[]): number => spent.reduce((total, { cost }) => total + cost, 0)

/** GitHub speaks of whole seconds. */
function refusal({ kind, windowMs }: Limit, spent: readonly Spent[], now: number): Refusal {
  const freeAt = (spent[0]?.at ?? now) + windowMs
  if (kind === 'primary')
    return new Refusal(403, 'API rate limit exceeded for installation.', {
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.ceil(freeAt / 1000)),
      },
    })
  const message =
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
  return new Refusal(403, message, {
    headers: { 'retry-after': String(Math.max(1, Math.ceil((freeAt - now) / 1000))) },
  })
}
