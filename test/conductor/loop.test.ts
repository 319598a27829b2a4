import { expect, test } from 'vitest'
import { loop } from '../../src/conductor/loop.ts'
import { silentLog } from '../support/log.ts'

const clock = {
  now: () => 0,
  newId: () => '',
  /** Only an abort ends this sleep, so that a test sees whether a hint was heard. */
  sleep: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve()
      signal?.addEventListener('abort', () => resolve(), { once: true })
    }),
}

function hinted(turn: () => Promise<boolean>) {
  let hint: () => void = () => undefined
  const running = loop({
    name: 'test',
    turn,
    idleMs: () => Promise.resolve(1000),
    subscribe: (wake) => {
      hint = wake
      return () => undefined
    },
    clock,
    log: silentLog,
  })
  return { running, hint: () => hint() }
}

test('a loop takes turns at once while there is work', async () => {
  let left = 5
  const done = Promise.withResolvers<void>()
  const { running } = hinted(() => {
    left--
    if (left === 0) done.resolve()
    return Promise.resolve(left > 0)
  })
  await done.promise
  await running.stop()
  expect(left).toBe(0)
})

test('a hint that comes during a turn is not lost', async () => {
  const turns: string[] = []
  const second = Promise.withResolvers<void>()
  const { running, hint } = hinted(async () => {
    await Promise.resolve()
    turns.push('turn')
    if (turns.length === 1) hint()
    else second.resolve()
    return false
  })
  await second.promise
  await running.stop()
  expect(turns).toHaveLength(2)
})

test('a turn that throws is followed by another once the pause is over', async () => {
  let turns = 0
  const again = Promise.withResolvers<void>()
  const impatient = { ...clock, sleep: () => Promise.resolve() }
  const running = loop({
    name: 'test',
    turn: () => {
      turns++
      if (turns === 1) return Promise.reject(new Error('the database restarts'))
      again.resolve()
      return Promise.resolve(false)
    },
    idleMs: () => Promise.resolve(1000),
    subscribe: () => () => undefined,
    clock: impatient,
    log: silentLog,
  })
  await again.promise
  await running.stop()
  expect(turns).toBeGreaterThan(1)
})

test('stop waits for the turn in hand', async () => {
  const begun = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  let ended = false
  const { running } = hinted(async () => {
    begun.resolve()
    await gate.promise
    ended = true
    return false
  })
  await begun.promise
  const stopped = running.stop()
  gate.resolve()
  await stopped
  expect(ended).toBe(true)
})
