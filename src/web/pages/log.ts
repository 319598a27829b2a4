import type { Context } from 'hono'
import { isId, jobId } from '../../model/ids.ts'
import type { LogKey, Logs } from '../../ports/logs.ts'
import type { StepRecord } from '../../ports/tasks.ts'
import type { Views } from '../../ports/views.ts'

const chunkBytes = 262_144

/**
 * A step's log as the bytes it is, from `?from=` on; with `?follow=1` until the step has ended. Plain
 * text that no browser may take for anything else.
 */
export async function streamLog(c: Context, views: Views, logs: Logs): Promise<Response> {
  const record = await recordOf(c, views)
  if (!record) return c.text('There is no such step.\n', 404)
  const from = c.req.query('from') ?? '0'
  if (!/^\d{1,15}$/.test(from)) return c.text('from= is a number of bytes.\n', 400)
  const following = {
    from: Number(from),
    ended: async () =>
      c.req.query('follow') !== '1' || (await recordOf(c, views))?.state.status !== 'running',
    signal: c.req.raw.signal,
  }
  const key = { taskId: record.taskId, step: record.index }
  return c.body(ReadableStream.from(bytes(logs, key, following)), 200, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  })
}

/** The job must be the task's own: an id of one never opens the log of another. */
async function recordOf(c: Context, views: Views): Promise<StepRecord | null> {
  const [id = '', task, step] = ['id', 'task', 'step'].map((name) => c.req.param(name))
  const job = isId(id) ? await views.job(jobId(id)) : null
  const steps = job?.tasks.flatMap((one) => one.steps) ?? []
  return steps.find((one) => one.taskId === task && String(one.index) === step) ?? null
}

interface Following {
  readonly from: number
  /** Whether the step writes no more. */
  readonly ended: () => Promise<boolean>
  readonly signal: AbortSignal
}

async function* bytes(
  logs: Logs,
  key: LogKey,
  { from, ended, signal }: Following,
): AsyncGenerator<Uint8Array> {
  let position = from
  let over = false
  let bell = Promise.withResolvers<void>()
  const unwatch = logs.watch(key, () => bell.resolve())
  signal.addEventListener('abort', () => bell.resolve())
  try {
    while (!signal.aborted) {
      bell = Promise.withResolvers<void>()
      const part = await logs.read(key, position, chunkBytes)
      position += part.length
      if (part.length > 0) {
        yield part
        continue
      }
      if (over) return
      // Then reads once more: something may have come between the last read and the question.
      over = await ended()
      if (!over) await Promise.race([bell.promise, pause(1000)])
    }
  } finally {
    unwatch()
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms).unref())
