import { unreachable } from '../../model/result.ts'
import type { Step } from '../../model/step.ts'
import { isLetGo } from '../insist.ts'
import { reasonOf } from '../reason.ts'
import { attachWorkspace } from './attach.ts'
import { checkout } from './checkout.ts'
import { persistToWorkspace } from './persist.ts'
import { run } from './run.ts'
import type { StepContext, StepEnd } from './step.ts'

/**
 * Does what the step asks for, and says how it ended. Whatever goes wrong on our side is `lost`, never
 * the user's failure. Rejects only with `LetGo`.
 */
export async function perform(context: StepContext, step: Step): Promise<StepEnd> {
  try {
    return await dispatch(context, step)
  } catch (error) {
    context.control.letGo.throwIfAborted()
    if (isLetGo(error)) throw error
    if (context.control.halted.aborted) return { kind: 'halted' }
    context.tools.log.error(
      { task: context.task.taskId, step: step.name, error: String(error) },
      'a step was lost',
    )
    return { kind: 'lost', because: reasonOf(error) }
  }
}

function dispatch(context: StepContext, step: Step): Promise<StepEnd> {
  switch (step.type) {
    case 'run':
      return run(context, step)
    case 'checkout':
      return checkout(context, step)
    case 'persist_to_workspace':
      return persistToWorkspace(context, step)
    case 'attach_workspace':
      return attachWorkspace(context, step)
    default:
      return unreachable(step)
  }
}
