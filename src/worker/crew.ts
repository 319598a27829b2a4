import type { TaskId } from '../model/ids.ts'
import { type Control, newControl } from './control.ts'
import { runTask } from './task.ts'
import type { TaskParts } from './task-run.ts'

/** The tasks at hand in this process. */
export interface Crew {
  size(): number
  has(task: TaskId): boolean
  take(parts: Omit<TaskParts, 'control'>): void
  /** Those that are at hand end as canceled. */
  cancel(tasks: readonly TaskId[]): void
  /** Lets all go without ending them. Resolves when none is touched any more. */
  letGo(): Promise<void>
  /** Resolves when none is at hand. */
  idle(): Promise<void>
  /** Calls `listener` whenever a task has ended. Returns the way to stop. */
  onEnd(listener: () => void): () => void
}

export function newCrew(): Crew {
  const hands = new Map<TaskId, { readonly control: Control; readonly done: Promise<void> }>()
  const listeners = new Set<() => void>()
  const allDone = async (): Promise<void> => {
    while (hands.size > 0) await Promise.all([...hands.values()].map((hand) => hand.done))
  }
  return {
    size: () => hands.size,
    has: (task) => hands.has(task),
    take: (parts) => {
      const { taskId } = parts.task
      const control = newControl()
      const done = runTask({ ...parts, control }).finally(() => {
        hands.delete(taskId)
        for (const listener of listeners) listener()
      })
      hands.set(taskId, { control, done })
    },
    cancel: (tasks) => {
      for (const task of tasks) hands.get(task)?.control.halt({ kind: 'canceled' })
    },
    letGo: async () => {
      for (const { control } of hands.values()) control.drop()
      await allDone()
    },
    idle: allDone,
    onEnd: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
