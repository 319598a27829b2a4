import type { RunStep } from '../model/step.ts'
import type { StepOutcome, StepSpec } from '../ports/executor.ts'
import type { StepState } from '../ports/tasks.ts'
import { endedState, record, recordBegin } from './records.ts'
import { eachChunk } from './steps/follow.ts'
import { endOf, specOf } from './steps/run.ts'
import type { StepContext } from './steps/step.ts'
import type { TaskRun } from './task-run.ts'

/** A step that nobody waits for. */
export interface Background {
  /** Ends the following; the step itself ends with its environment. Resolves when it is recorded. */
  stop(): Promise<void>
}

/** Begins the step and carries its output along while the others run. How it ends decides nothing. */
export async function beginBackground(
  run: TaskRun,
  context: StepContext,
  step: RunStep,
): Promise<Background> {
  const place = { step, index: context.index }
  const startedAt = recordBegin(run, place)
  const spec = specOf(context, step)
  const enough = new AbortController()
  await context.environment.begin(spec)
  const carry = async (): Promise<void> => {
    const outcome = await follow(context, spec, enough.signal)
    record(run, place, stateOf(context, outcome, startedAt), context.log.end())
  }
  const recorded = carry()
  // `stop` reports it.
  recorded.catch(() => undefined)
  return {
    stop: async () => {
      enough.abort()
      await recorded
    },
  }
}

/** Null when it still ran at the end. */
async function follow(
  context: StepContext,
  spec: StepSpec,
  enough: AbortSignal,
): Promise<StepOutcome | null> {
  const { environment, control, from, log, tools } = context
  const signal = AbortSignal.any([control.letGo, enough])
  const output = environment.run(spec, { from, signal })
  let size = from
  try {
    return await eachChunk(output, async (bytes) => {
      const room = Math.max(0, tools.limits.outputBytes - size)
      size += bytes.length
      if (room > 0) await log.write(bytes.subarray(0, room))
      if (room < bytes.length) await environment.signal(spec.id, 'SIGKILL')
    })
  } catch (error) {
    control.letGo.throwIfAborted()
    if (!enough.aborted) tools.log.error({ error: String(error) }, 'a background step was lost')
    return null
  }
}

function stateOf(context: StepContext, outcome: StepOutcome | null, startedAt: number): StepState {
  const endedAt = context.tools.clock.now()
  if (outcome) return endedState(startedAt, endedAt, endOf(context, outcome, 0))
  const message = 'Stopped at the end of the job'
  return { status: 'success', startedAt, endedAt, exitCode: null, message }
}
