import { expect, test } from 'vitest'
import { createPace } from '../../../src/github/publisher/pace.ts'
import type { Clock } from '../../../src/ports/clock.ts'

function paced(writesPerMinute: number | null) {
  let now = 1000
  const clock: Clock = { now: () => now, newId: () => '', sleep: () => Promise.resolve() }
  const pace = createPace(writesPerMinute, clock)
  const send = (): number => {
    let sent = 0
    for (; pace.ready() && sent < 10_000; sent++) pace.spend()
    return sent
  }
  return {
    pace,
    send,
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('a small pipeline goes out at once', () => {
  expect(paced(180).send()).toBe(60)
})

test('in no minute are there more writes than allowed', () => {
  const { send, pass } = paced(180)
  let inAMinute = 0
  for (let second = 0; second < 60; second++) {
    inAMinute += send()
    pass(1000)
  }
  expect(inAMinute).toBeLessThanOrEqual(180)
  expect(inAMinute).toBeGreaterThan(170)
})

test('after a rest the burst is back, and not more than that', () => {
  const { send, pass } = paced(180)
  send()
  pass(3_600_000)
  expect(send()).toBe(60)
})

test('writes beyond the budget are paid back first', () => {
  const { pace, send, pass } = paced(180)
  send()
  for (let i = 0; i < 10; i++) pace.spend()
  pass(5000)
  expect(send()).toBe(0)
  pass(1000)
  expect(send()).toBe(2)
})

test('a clock that goes back gives nothing', () => {
  const { send, pass } = paced(180)
  send()
  pass(-600_000)
  expect(send()).toBe(0)
})

test('unpaced is unpaced', () => {
  expect(paced(null).send()).toBe(10_000)
})
