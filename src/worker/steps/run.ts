import type { RunsIn } from '../../model/plan.ts'
import { unreachable } from '../../model/result.ts'
import type { RunStep } from '../../model/step.ts'
import type { StepSpec } from '../../ports/executor.ts'
import { goDuration, splitWords } from '../words.ts'
import { explainedCode } from './exit-code.ts'
import { type Followed, followStep } from './follow.ts'
import { runAgain } from './run-again.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'

/** Runs the user's command, again when it failed as often as the step allows. */
export async function run(context: StepContext, step: RunStep): Promise<StepEnd> {
  const { index, total } = context.task
  if (step.firstTaskOnly && index > 0) {
    await say(context, `Not run here: only the first of the ${total} tasks runs a deploy step`)
    return succeeded
  }
  const silenceMs = step.noOutputTimeoutMs
  const once = async (inner: StepContext, spec: StepSpec): Promise<StepEnd> =>
    endOf(inner, await followStep(inner, spec, silenceMs), silenceMs)
  const spec = specOf(context, step)
  return step.maxAutoReruns > 0 ? runAgain(context, { step, spec, once }) : once(context, spec)
}

/** How a followed command ended, in words for people. */
export function endOf(context: StepContext, followed: Followed, silenceMs: number): StepEnd {
  switch (followed.kind) {
    case 'lost':
      return followed
    case 'stopped':
      return stopped(context, followed.why, silenceMs)
    case 'exited':
      if (followed.code === 0) return succeeded
      return {
        kind: 'failed',
        exitCode: followed.code,
        message: followed.because ?? hintFor(context, followed.code),
      }
    default:
      return unreachable(followed)
  }
}

/** The command as the environment runs it, with the variables of all levels. */
export function specOf({ index, variables, task }: StepContext, step: RunStep): StepSpec {
  const shell = step.shell ?? task.body.shell
  return {
    id: String(index),
    script: step.command,
    env: { ...variables, ...step.environment },
    cwd: step.workingDirectory,
    shell: shell === null ? null : splitWords(shell),
  }
}

function stopped(
  { tools }: StepContext,
  why: 'halt' | 'silence' | 'flood',
  silenceMs: number,
): StepEnd {
  if (why === 'halt') return { kind: 'halted' }
  const message =
    why === 'silence'
      ? `Too long with no output (exceeded ${goDuration(silenceMs)})`
      : `Too much output (more than ${tools.limits.outputBytes} bytes); the rest was not kept`
  return refused(message)
}

/** What an exit code likely means, where it is not the command's own word. */
function hintFor({ tools, task }: StepContext, code: number): string | null {
  const { runsIn } = task.body
  if (code > 128) return explainedCode(code)
  if ((code !== 126 && code !== 127) || tools.executor.kind !== 'local') return null
  const image = imageOf(runsIn)
  return image === null
    ? 'The command was not found on this machine.'
    : `The command was not found on this machine. The likely cause: it comes with the image ${image}, which the local executor does not use.`
}

function imageOf(runsIn: RunsIn): string | null {
  switch (runsIn.kind) {
    case 'docker':
      return runsIn.images[0]?.image ?? null
    case 'machine':
      return runsIn.image
    case 'macos':
      return null
    default:
      return unreachable(runsIn)
  }
}
