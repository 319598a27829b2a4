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
 * Removes environments whose task has ended: their worker died between the two. Those of unfinished
 * tasks stay, also where another worker of this data directory has them.
 */
export async function sweep({ executor, tasks, log }: Sweeping): Promise<void> {
  const found = (await executor.list()).filter(isId)
  const open = new Set<string>(await tasks.unfinished(found.map(taskId)))
  for (const id of found.filter((one) => !open.has(one))) {
    const environment = await executor.attach(id)
    await environment?.dispose()
    log.info({ task: id }, 'removed the environment of a task that has ended')
  }
}
