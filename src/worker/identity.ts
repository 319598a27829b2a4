import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isId, type TaskId, taskId, type WorkerId, workerId } from '../model/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Tasks } from '../ports/tasks.ts'

/**
 * Who a worker is, over restarts: a directory of its own in the data directory. In it lies a note for
 * every environment that it made and has not disposed of, so that the next process knows what its tasks
 * may have begun, and what nobody will come back for.
 */
export interface Identity {
  readonly id: WorkerId
  /** Made before the environment is. */
  note(task: TaskId): Promise<void>
  /** Taken away after the environment is gone. */
  forget(task: TaskId): Promise<void>
  notes(): Promise<readonly TaskId[]>
}

/** Takes over what no living process holds, or begins a new identity. */
export async function takeIdentity(
  dataDir: string,
  tasks: Pick<Tasks, 'identity'>,
  clock: Clock,
): Promise<Identity> {
  const all = join(dataDir, 'workers')
  await mkdir(all, { recursive: true, mode: 0o700 })
  const known = (await readdir(all)).filter(isId).map(workerId)
  const id = await tasks.identity(known, workerId(clock.newId()))
  const own = join(all, id)
  await mkdir(own, { recursive: true, mode: 0o700 })
  return {
    id,
    note: (task) => writeFile(join(own, task), ''),
    forget: (task) => rm(join(own, task), { force: true }),
    notes: async () => (await readdir(own)).filter(isId).map(taskId),
  }
}
