import { unreachable } from '../model/result.ts'
import type { Outcome } from '../model/run.ts'
import type { StepRecord } from '../ports/tasks.ts'
import type { Control } from './control.ts'
import type { StepEnd } from './steps/step.ts'
import { duration, titleOf } from './words.ts'

/** How a task stands: the first failure decides, a cancel overrules it. */
export interface Course {
  /** What earlier processes of the worker recorded, by index. */
  readonly known: ReadonlyMap<number, StepRecord>
  /** Milliseconds since 1970. */
  readonly startedAt: number
  failed(): boolean
  /** No further step may run, not even those that always do. */
  over(): boolean
  note(name: string, end: StepEnd): void
  outcome(): Outcome
}

export function newCourse(control: Control, records: readonly StepRecord[], now: number): Course {
  const known = new Map(records.map((record) => [record.index, record]))
  const first = known.get(0)?.state
  let outcome: Outcome = { kind: 'success' }
  return {
    known,
    startedAt: first && first.status !== 'skipped' ? first.startedAt : now,
    failed: () => outcome.kind !== 'success',
    over: () => outcome.kind === 'lost' || control.halted.aborted,
    note: (name, end) => {
      const next = outcomeOf(name, end, control)
      const overrules = next.kind === 'canceled' && outcome.kind !== 'canceled'
      if (outcome.kind === 'success' || overrules) outcome = next
    },
    outcome: () => outcome,
  }
}

/** Whether nothing is left to do for the step. */
export const isEnded = (record: StepRecord): boolean => record.state.status !== 'running'

/** How a step ended that an earlier process had recorded. */
export function endIn({ state }: StepRecord): StepEnd {
  switch (state.status) {
    case 'failed':
      return { kind: 'failed', exitCode: state.exitCode, message: state.message }
    case 'canceled':
      return { kind: 'halted' }
    case 'running':
    case 'success':
    case 'skipped':
      return { kind: 'success' }
    default:
      return unreachable(state)
  }
}

function outcomeOf(name: string, end: StepEnd, control: Control): Outcome {
  switch (end.kind) {
    case 'success':
      return end
    case 'lost':
      return { kind: 'lost', because: end.because }
    case 'failed':
      return { kind: 'failed', because: sentence(name, end), step: name, exitCode: end.exitCode }
    case 'halted':
      return haltedOutcome(name, control)
    default:
      return unreachable(end)
  }
}

function haltedOutcome(name: string, control: Control): Outcome {
  const why = control.why()
  if (why?.kind !== 'time-limit') {
    return { kind: 'canceled', because: `canceled at "${titleOf(name)}"` }
  }
  const because = `the job ran longer than ${duration(why.limitMs)}, at "${titleOf(name)}"`
  return { kind: 'failed', because, step: name, exitCode: null }
}

/** E.g. `"npm test" exited with code 1`, with what is known about its cause. */
function sentence(
  name: string,
  { exitCode, message }: { exitCode: number | null; message: string | null },
): string {
  const title = `"${titleOf(name)}"`
  if (exitCode === null) return `${title}: ${message ?? 'failed'}`
  return `${title} exited with code ${exitCode}${message === null ? '' : `. ${message}`}`
}
