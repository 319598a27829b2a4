import type { RunStep } from '../../model/step.ts'
import type { StepSpec } from '../../ports/executor.ts'
import { duration } from '../words.ts'
import { type ResumedLog, resumedLog } from './resumed.ts'
import { type StepContext, type StepEnd, say } from './step.ts'

type Try = (context: StepContext, spec: StepSpec) => Promise<StepEnd>

/**
 * Tries a command until it succeeds or has failed `1 + maxAutoReruns` times; each time a new process. The
 * environment begins each try at most once and keeps what it said, so after a restart all tries are
 * followed again, and none is repeated.
 */
export async function runAgain(
  context: StepContext,
  { step, spec, once }: { readonly step: RunStep; readonly spec: StepSpec; readonly once: Try },
): Promise<StepEnd> {
  const total = step.maxAutoReruns + 1
  const log = resumedLog(context.log, context.from)
  const inner = { ...context, log, from: 0 }
  for (let attempt = 1; ; attempt++) {
    const id = attempt === 1 ? spec.id : `${spec.id}-try-${attempt}`
    const end = await once(inner, { ...spec, id })
    if (end.kind !== 'failed' || attempt === total) return end
    const delayMs = step.autoRerunDelayMs
    const pause = delayMs > 0 ? ` in ${duration(delayMs)}` : ''
    await say(inner, `${reasonOf(end)}: attempt ${attempt + 1} of ${total}${pause}`)
    if (await isHaltedAfter(inner, log, delayMs)) return { kind: 'halted' }
  }
}

const reasonOf = ({ exitCode, message }: Extract<StepEnd, { kind: 'failed' }>): string =>
  exitCode === null ? (message ?? 'Failed') : `Exited with code ${exitCode}`

/** What was begun before a restart needs no pause before it any more. */
async function isHaltedAfter(
  { tools, control }: StepContext,
  log: ResumedLog,
  delayMs: number,
): Promise<boolean> {
  const signal = AbortSignal.any([control.letGo, control.halted])
  if (!log.repeats() && delayMs > 0) await tools.clock.sleep(delayMs, signal)
  control.letGo.throwIfAborted()
  return control.halted.aborted
}
