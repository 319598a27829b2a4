import type { Context } from 'hono'
import { isId, jobId } from '../../model/ids.ts'
import type { LogKey, Logs } from '../../ports/logs.ts'
import type { Views } from '../../ports/views.ts'

const chunkBytes = 262_144

/**
 * A step's log as the bytes it is, from `?from=` on; with `?follow=1` until the step has ended. Plain
 * text that no browser may take for anything else.
 */
export async function streamLog(c: Context, views: Views, logs: Logs): Promise<Response> {
  const key = await keyOf(c, views)
  if (!key) return c.text('There is no such step.\n', 404)
  const from = Number(c.req.query('from') ?? '0')
  if (!Number.isSafeInteger(from) || from < 0) return c.text('from= is a number of bytes.\n', 400)
  const done =
    c.req.query('follow') === '1' ? () => hasEnded(c, views, key) : () => Promise.resolve(true)
  return c.body(
    ReadableStream.from(bytes(logs, key, { from, done, signal: c.req.raw.signal })),
    200,
    {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    },
  )
}

/** The job must be the task's own: an id of one never opens the log of another. */
async function keyOf(c: Context, views: Views): Promise<LogKey | null> {
  const [id = '', task, step = ''] = ['id', 'task', 'step'].map((name) => c.req.param(name))
  const job = isId(id) ? await views.job(jobId(id)) : null
  const record = job?.tasks
    .flatMap(({ steps }) => steps)
    .find((one) => one.taskId === task && one.index === Number(step))
  return record ? { taskId: record.taskId, step: record.index } : null
}

async function hasEnded(c: Context, views: Views, key: LogKey): Promise<boolean> {
  const id = c.req.param('id') ?? ''
  const job = isId(id) ? await views.job(jobId(id)) : null
  const step = job?.tasks
    .flatMap(({ steps }) => steps)
    .find((one) => one.taskId === key.taskId && one.index === key.step)
  return step?.state.status !== 'running'
}

interface Following {
  readonly from: number
  readonly done: () => Promise<boolean>
  readonly signal: AbortSignal
}

async function* bytes(
  logs: Logs,
  key: LogKey,
  { from, done, signal }: Following,
): AsyncGenerator<Uint8Array> {
  let position = from
  let bell = Promise.withResolvers<void>()
  const unwatch = logs.watch(key, () => bell.resolve())
  signal.addEventListener('abort', () => bell.resolve())
  try {
    while (!signal.aborted) {
      bell = Promise.withResolvers<void>()
      const over = await done()
      const part = await logs.read(key, position, chunkBytes)
      position += part.length
      if (part.length > 0) yield part
      else if (over) return
      else await Promise.race([bell.promise, pause(1000)])
    }
  } finally {
    unwatch()
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms).unref())
