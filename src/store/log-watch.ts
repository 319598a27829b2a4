import { isId, taskId } from '../model/ids.ts'
import type { Log } from '../ports/log.ts'
import type { LogKey } from '../ports/logs.ts'
import type { Database } from './database.ts'

export const logChannel = 'sluice_log'

/** Tells who waits for a log that it grew: by hint at once, by asking each second at the latest. */
export interface LogWatch {
  add(key: LogKey, listener: () => void): () => void
  grew(key: LogKey, size: number): void
  /** The payload of a hint: `task:step:size`. */
  hint(payload: string): void
  close(): void
}

interface Watched {
  readonly key: LogKey
  readonly listeners: Set<() => void>
  size: number
}

const pollMs = 1_000

export function openLogWatch(database: Database, log: Log): LogWatch {
  const watched = new Map<string, Watched>()
  let timer: NodeJS.Timeout | null = null
  return {
    add(key, listener) {
      const entry = watched.get(nameOf(key)) ?? { key, listeners: new Set(), size: 0 }
      const call = () => listener()
      entry.listeners.add(call)
      watched.set(nameOf(key), entry)
      timer ??= setInterval(() => void poll(), pollMs).unref()
      return () => remove(entry, call)
    },
    grew,
    hint(payload) {
      const [task = '', step, size] = payload.split(':')
      if (isId(task)) grew({ taskId: taskId(task), step: Number(step) }, Number(size))
    },
    close: stop,
  }

  function grew(key: LogKey, size: number): void {
    const entry = watched.get(nameOf(key))
    if (!entry || size <= entry.size) return
    entry.size = size
    for (const listener of entry.listeners) queueMicrotask(listener)
  }

  function remove(entry: Watched, listener: () => void): void {
    if (!entry.listeners.delete(listener)) return
    if (entry.listeners.size === 0) watched.delete(nameOf(entry.key))
    if (watched.size === 0) stop()
  }

  function stop(): void {
    if (timer) clearInterval(timer)
    timer = null
  }

  async function poll(): Promise<void> {
    try {
      for (const { key, size } of await sizes(database, [...watched.values()])) grew(key, size)
    } catch (error) {
      log.debug({ error: String(error) }, 'cannot ask how far logs have grown')
    }
  }
}

const nameOf = ({ taskId: task, step }: LogKey): string => `${task}:${step}`

async function sizes(database: Database, watched: readonly Watched[]) {
  const keys = watched.map(({ key }) => key).filter((key) => isId(key.taskId))
  const rows = await database.rows<{ place: number; size: number }>(sizesOf, [
    keys.map((key) => key.taskId),
    keys.map(({ step }) => step),
  ])
  return rows.flatMap(({ place, size }) => {
    const key = keys[place - 1]
    return key ? [{ key, size }] : []
  })
}

const sizesOf = `
  select place, start + length as size
    from unnest($1::uuid[], $2::integer[]) with ordinality as given (task_id, step, place)
   cross join lateral (
     select start, length from log_chunk
      where log_chunk.task_id = given.task_id and log_chunk.step = given.step
      order by start desc limit 1) as last`
