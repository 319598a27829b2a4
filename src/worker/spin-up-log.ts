import { patiently } from './insist.ts'
import { atTheBeginning, logWriter } from './log-writer.ts'
import type { TaskRun } from './task-run.ts'

/** The log of the step in which the environment is made, so that people see how far it is. */
export interface SpinUpLog {
  tell(line: string): void
  /** Resolves when everything told is stored. */
  end(): Promise<void>
}

/** Goes on where an earlier process has ended. */
export async function spinUpLog({ tools, control, task, secrets }: TaskRun): Promise<SpinUpLog> {
  const key = { taskId: task.taskId, step: 0 }
  const stored = () => tools.logs.end(key)
  const from = task.adopted
    ? await patiently('log end', stored, { ...tools, control })
    : atTheBeginning
  const { masking } = secrets
  const log = logWriter(tools, control, { claim: task.claim, key, from, masking })
  let told: Promise<void> = Promise.resolve()
  return {
    tell: (line) => {
      told = told.then(() => log.write(Buffer.from(`${line}\n`)))
      // Whoever ends the log hears of a failure.
      told.catch(() => undefined)
    },
    end: async () => {
      await told
      await log.end()
    },
  }
}
