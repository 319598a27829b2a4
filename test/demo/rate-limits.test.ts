import { expect, test } from 'vitest'
import { createRateLimiter } from '../../src/demo/stand-in/rest/rate-limits.ts'
import { Refusal } from '../../src/demo/stand-in/rest/refusal.ts'

function limiter(wanted: Parameters<typeof createRateLimiter>[0] = {}) {
  let now = 10_000_000
  const limits = createRateLimiter(wanted, () => now)
  const ask = (method: string, op = 'checks/update', installation = 1): Refusal | null => {
    try {
      limits.admit(installation, method, op)
      return null
    } catch (error) {
      if (error instanceof Refusal) return error
      throw error
    }
  }
  const times = (count: number, one: () => Refusal | null) =>
    Array.from({ length: count }, one).filter((refusal) => refusal !== null).length
  return {
    ask,
    times,
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('180 changes go through in a minute, and the next is told how long to wait', () => {
  const { ask, times, pass } = limiter()
  expect(times(180, () => ask('PATCH'))).toBe(0)
  pass(20_000)
  expect(ask('PATCH')).toMatchObject({
    status: 403,
    message: expect.stringContaining('secondary rate limit'),
    extras: { headers: { 'retry-after': '40' } },
  })
  expect(ask('PATCH', 'checks/update', 2)).toBeNull()
  pass(40_000)
  expect(ask('PATCH')).toBeNull()
})

test('80 check runs can be made in a minute and 500 in an hour', () => {
  const { ask, times, pass } = limiter()
  const create = () => ask('POST', 'checks/create')
  expect(times(81, create)).toBe(1)
  for (let made = 80; made < 500; made += 60) {
    pass(60_000)
    expect(times(60, create)).toBe(0)
  }
  pass(60_000)
  expect(create()?.extras.headers?.['retry-after']).toMatch(/^3\d\d\d$/)
})

test('5,000 requests go through in an hour, whatever they ask', () => {
  const { ask, times, pass } = limiter()
  for (let minute = 0; minute < 10; minute++, pass(60_000))
    expect(times(500, () => ask('GET', 'repos/get'))).toBe(0)
  expect(ask('GET', 'repos/get')).toMatchObject({
    status: 403,
    extras: { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '13600' } },
  })
})

test('what is refused does not count, and shrunk windows are shorter', () => {
  const { ask, times, pass } = limiter({ shrunk: 100 })
  times(500, () => ask('PATCH'))
  pass(600)
  expect(ask('PATCH')).toBeNull()
})
