import { atTheBeginning, logWriter } from './log-writer.ts'
import type { TaskRun } from './task-run.ts'

/** Writes the whole log of a step of ours. The same lines again change nothing. */
export async function tellLines(
  { tools, control, task, secrets }: TaskRun,
  step: number,
  lines: readonly string[],
): Promise<void> {
  const log = logWriter(tools, control, {
    claim: task.claim,
    key: { taskId: task.taskId, step },
    from: atTheBeginning,
    masking: secrets.masking,
  })
  await log.write(Buffer.from(lines.map((line) => `${line}\n`).join('')))
  await log.end()
}
