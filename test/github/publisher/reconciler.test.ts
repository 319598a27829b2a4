import { expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { nextKeys, startReconciler } from '../../../src/github/publisher/reconciler.ts'
import type { CheckRow } from '../../../src/ports/checks.ts'
import { silentLog } from '../../support/log.ts'
import { until } from '../../support/until.ts'

const keys = Array.from({ length: 250 }, (_, index) => `key-${String(index).padStart(3, '0')}`)

test('all open checks get their turn, a hundred at a time, and then again', () => {
  const first = nextKeys(keys, '')
  const second = nextKeys(keys, first.at(-1) ?? '')
  const third = nextKeys(keys, second.at(-1) ?? '')
  expect([first.length, second.length, third.length]).toEqual([100, 100, 100])
  expect(new Set([...first, ...second, ...third]).size).toBe(250)
})

test('nothing open is nothing to do', () => {
  expect(nextKeys([], 'x')).toEqual([])
})

test('at the start open checks are made due, also after the database was away', async () => {
  const touched: string[] = []
  let fails = 1
  const row = { key: 'a', current: { completed: false } } as CheckRow
  const creating = { key: 'b', current: null } as CheckRow
  const checks = {
    open: () =>
      fails-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve([row, creating]),
    touch: (all: readonly string[]) => {
      touched.push(...all)
      return Promise.resolve()
    },
  }
  const reconciler = startReconciler({ checks, clock: systemClock, log: silentLog, everyMs: 1 })
  await until('a check is touched', () => touched.length > 0)
  await reconciler.stop()
  expect(new Set(touched)).toEqual(new Set(['a']))
})
