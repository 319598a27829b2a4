import { EnvironmentLost } from '../../ports/executor.ts'
import { isLetGo } from '../insist.ts'
import { type StepContext, type StepEnd, say, succeeded } from './step.ts'

/**
 * Does what a job can go on without. A failure of our store, or of reading the job's files, is told in
 * the log and fails nothing; that the task or its environment is gone is no such failure.
 */
export async function forgiving(
  context: StepContext,
  otherwise: string,
  work: () => Promise<StepEnd>,
): Promise<StepEnd> {
  try {
    return await work()
  } catch (error) {
    const { control, tools, task } = context
    control.letGo.throwIfAborted()
    if (isLetGo(error) || control.halted.aborted || error instanceof EnvironmentLost) throw error
    const because = error instanceof Error ? error.message : String(error)
    tools.log.warn({ task: task.taskId, step: context.index, error: because }, otherwise)
    await say(context, `Warning: ${otherwise}: ${because}`)
    return succeeded
  }
}

/** Does `work`, then `rest` with what there is, also when the first failed: what could be read is kept. */
export async function andStill(
  context: StepContext,
  work: () => Promise<void>,
  rest: () => Promise<void>,
): Promise<void> {
  const failure = await work().then(
    () => null,
    (error: unknown) => ({ error }),
  )
  untilStopped(context).throwIfAborted()
  await rest()
  if (failure) throw failure.error
}

/** Aborts when the work for the step has to end, whoever asked for it. */
export const untilStopped = ({ control }: StepContext): AbortSignal =>
  AbortSignal.any([control.letGo, control.halted])
