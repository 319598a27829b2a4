import { unreachable } from '../model/result.ts'
import type { Step } from '../model/step.ts'
import type { StepState } from '../ports/tasks.ts'
import type { Masking } from './mask/mask.ts'
import type { StepEnd } from './steps/step.ts'
import type { TaskRun } from './task-run.ts'

/** Puts the state of a step into the journal, to be written after `stored` resolves. */
export function record(
  run: TaskRun,
  { step, index }: { readonly step: Step; readonly index: number },
  state: StepState,
  stored?: Promise<void>,
): void {
  const { name, type, when } = step
  const shown = masked(state, run.secrets.masking)
  run.journal.record({ taskId: run.task.taskId, index, name, type, when, state: shown }, stored)
}

/** A message may quote what a command or a tool said. */
const masked = (state: StepState, masking: Masking): StepState =>
  'message' in state && state.message !== null
    ? { ...state, message: masking.text(state.message) }
    : state

/** Records that the step runs, unless an earlier process did. Returns since when. */
export function recordBegin(
  run: TaskRun,
  place: { readonly step: Step; readonly index: number },
): number {
  const known = run.course.known.get(place.index)?.state
  if (known?.status === 'running') return known.startedAt
  const startedAt = run.tools.clock.now()
  record(run, place, { status: 'running', startedAt })
  return startedAt
}

export function endedState(startedAt: number, endedAt: number, end: StepEnd): StepState {
  const times = { startedAt, endedAt }
  switch (end.kind) {
    case 'success':
      return { ...times, status: 'success', exitCode: 0, message: null }
    case 'failed':
      return { ...times, status: 'failed', exitCode: end.exitCode, message: end.message }
    case 'halted':
      return { ...times, status: 'canceled', exitCode: null, message: null }
    case 'lost':
      return { ...times, status: 'canceled', exitCode: null, message: end.because }
    default:
      return unreachable(end)
  }
}
