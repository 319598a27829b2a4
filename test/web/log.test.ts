import { expect, test } from 'vitest'
import type { StepState } from '../../src/ports/tasks.ts'
import { until } from '../support/until.ts'
import { detail, ids, page, step, webApp } from './support.ts'

const path = `/jobs/${ids.job}/tasks/${ids.task}/steps/0/log`
const ended: StepState = {
  status: 'success',
  startedAt: 0,
  endedAt: 1,
  exitCode: 0,
  message: null,
}

/** A step whose log grows when told, read in small parts. */
function growing(state: StepState = ended) {
  let bytes = Buffer.alloc(0)
  let now = state
  const listeners = new Set<() => void>()
  const world = {
    views: { job: async () => detail([step({ state: now })]) },
    logs: {
      read: async (_key: unknown, from: number, limit: number) =>
        bytes.subarray(from, from + Math.min(limit, 3)),
      watch: (_key: unknown, listener: () => void) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  }
  return {
    world,
    listeners,
    write: (more: Uint8Array | string) => {
      bytes = Buffer.concat([bytes, Buffer.from(more)])
      for (const listener of listeners) listener()
    },
    end: () => {
      now = ended
    },
  }
}

test('a log is the raw bytes of the step, as text that is nothing else', async () => {
  const log = growing()
  const bytes = Uint8Array.from([0, 27, 91, 60, 98, 62, 255, 254, 10])
  log.write(bytes)
  const answer = await webApp(log.world).request(path)
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes)
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
})

test('a log begins where it is asked to, also behind its end', async () => {
  const log = growing()
  log.write('0123456789')
  expect((await page(log.world, `${path}?from=4`)).text).toBe('456789')
  expect((await page(log.world, `${path}?from=99`)).text).toBe('')
})

test.each(['-1', 'x', '1.5', '1e2'])('from=%s is refused', async (from) => {
  expect((await page(growing().world, `${path}?from=${from}`)).status).toBe(400)
})

test('a running step is given as far as it got, unless it is followed', async () => {
  const log = growing({ status: 'running', startedAt: 0 })
  log.write('so far')
  expect((await page(log.world, path)).text).toBe('so far')
})

test('a followed log goes on until the step has ended, its last words included', async () => {
  const log = growing({ status: 'running', startedAt: 0 })
  log.write('one ')
  const answer = await webApp(log.world).request(`${path}?follow=1`)
  const text = answer.text()
  await until('it is watched', () => log.listeners.size === 1)
  log.write('two ')
  log.end()
  log.write('three')
  expect(await text).toBe('one two three')
  expect(log.listeners.size).toBe(0)
})

test('who stops following is no longer waited for', async () => {
  const log = growing({ status: 'running', startedAt: 0 })
  log.write('x')
  const gone = new AbortController()
  const answer = await webApp(log.world).request(`${path}?follow=1`, { signal: gone.signal })
  const text = answer.text()
  await until('it is watched', () => log.listeners.size === 1)
  gone.abort()
  expect(await text).toBe('x')
  expect(log.listeners.size).toBe(0)
})

const elsewhere = '55555555-0000-4000-8000-000000000000'
test.each([
  ['a job that is not there', {}, path],
  ['a task of another job', growing().world, path.replace(ids.task, elsewhere)],
  ['a step that is not there', growing().world, path.replace('/0/', '/1/')],
  ['a step that is no number', growing().world, path.replace('/0/', '/0x0/')],
])('the log of %s is 404', async (_what, world, address) => {
  expect((await page(world, address)).status).toBe(404)
})
