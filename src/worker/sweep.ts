import { isId, taskId } from '../model/ids.ts'
import type { Executor } from '../ports/executor.ts'
import type { Log } from '../ports/log.ts'
import type { Tasks } from '../ports/tasks.ts'

interface Sweeping {
  readonly executor: Executor
  readonly tasks: Pick<Tasks, 'unfinished'>
  readonly log: Log
}

/**
 * Removes environments whose task has ended: their worker died between the two, or is gone, so that the
 * task was lost while its processes still run. Those of unfinished tasks stay, also where another worker
 * of this data directory has them. The first round takes all; later ones leave the worker that has just
 * finished a task the time until the next round.
 */
export function createSweep(sweeping: Sweeping): () => Promise<void> {
  let before: ReadonlySet<string> | null = null
  return async () => {
    const ended = await endedIn(sweeping)
    for (const id of ended) if (before === null || before.has(id)) await remove(sweeping, id)
    before = new Set(ended)
  }
}

async function endedIn({ executor, tasks }: Sweeping): Promise<readonly string[]> {
  const found = (await executor.list()).filter(isId)
  if (found.length === 0) return []
  const open = new Set<string>(await tasks.unfinished(found.map(taskId)))
  return found.filter((one) => !open.has(one))
}

async function remove({ executor, log }: Sweeping, id: string): Promise<void> {
  const environment = await executor.attach(id)
  await environment?.dispose()
  log.info({ task: id }, 'removed the environment of a task that has ended')
}
