/**
 * The only place that decides. `decide(slice, event)` is pure: the same state and event give the same
 * changes and effects. It reads only what the event can touch and asks (`needs`) when more is wanted,
 * so that the end of a job costs the same in a workflow of ten jobs and of ten thousand.
 */
import type { Event } from '../model/event.ts'
import { unreachable } from '../model/result.ts'
import type { Decision, Needs, Slice } from '../model/state.ts'
import { loseAccess } from './access.ts'
import { requestAction } from './action.ts'
import { admitPipeline, proposePipeline } from './admission.ts'
import { rerunFailed } from './auto-rerun.ts'
import { hearCommand } from './command.ts'
import { answerContexts } from './contexts.ts'
import {
  continuationUnavailable,
  continuePipeline,
  rejectContinuation,
  startContinuation,
  whileCompiling,
} from './continuation.ts'
import { branchOpened, decline } from './declined.ts'
import { Draft, Missing } from './draft.ts'
import { expireWhenDue } from './expiry.ts'
import { hearOfPolicy } from './hold.ts'
import { missNewRun } from './new-run.ts'
import { answerPermission } from './permission.ts'
import { endRedundant } from './redundant.ts'
import { beginRerunWhenDue } from './rerun.ts'
import { hearOfTurn } from './serial.ts'
import {
  configMissing,
  configUnavailable,
  rejectConfig,
  startPipeline,
  startWorkflows,
} from './start.ts'
import { rollUp } from './status.ts'
import { finishTask, startTask } from './task.ts'

/** What to read before the first `decide` of an event. */
export function needsOf(event: Event): Needs {
  switch (event.type) {
    case 'compiled':
      return { project: true, block: true }
    case 'triggered':
    case 'admitted':
    case 'declined':
    case 'rejected':
    case 'config-missing':
    case 'config-unavailable':
      return { project: true }
    case 'task-started':
      return { jobs: [event.jobId] }
    case 'task-finished':
    case 'serial-granted':
    case 'serial-passed':
    case 'serial-timeout':
      return { jobs: [event.jobId], dependentsOf: [event.jobId] }
    case 'action-requested':
      return { whole: 'all', jobs: event.jobId ? [event.jobId] : [] }
    case 'contexts-answered':
    case 'approval-expired':
      return { jobs: [event.jobId], dependentsOf: [event.jobId] }
    case 'approval-policy-read':
      return { jobs: [event.jobId] }
    case 'proposed':
    case 'pull-request-opened':
    case 'continued':
    case 'no-new-run':
      return {}
    case 'redundant':
      return { whole: 'all' }
    case 'permission-answered':
      return { whole: 'all', jobs: event.request.jobId ? [event.request.jobId] : [] }
    case 'command-written':
    case 'rerun-due':
    case 'access-lost':
      return { whole: 'all' }
    default:
      return unreachable(event)
  }
}

/** Decides about one event, or says what else must be loaded first. */
export function decide(slice: Slice, event: Event): Decision {
  const draft = new Draft(slice)
  try {
    apply(draft, slice, event)
    if (rerunFailed(draft, rollUp(draft, event.at), event.at)) rollUp(draft, event.at)
  } catch (error) {
    if (error instanceof Missing) return { kind: 'needs', needs: error.needs }
    throw error
  }
  return { kind: 'decided', changes: draft.changes(), effects: draft.effects() }
}

function apply(draft: Draft, slice: Slice, event: Event): void {
  if (isOrigin(event)) return originate(draft, slice, event)
  // An event about a pipeline we do not know can only be left over from a database that was restored.
  if (!slice.pipeline) return
  switch (event.type) {
    case 'compiled':
    case 'rejected':
    case 'config-missing':
    case 'config-unavailable':
    case 'declined':
      return hearOfConfig(draft, slice, event)
    case 'pull-request-opened':
      return branchOpened(draft, event)
    case 'redundant':
      return endRedundant(draft, event)
    case 'continued':
      return continuePipeline(draft, event)
    case 'task-started':
      return startTask(draft, event)
    case 'task-finished':
      return finishTask(draft, event)
    case 'action-requested':
      return requestAction(draft, event)
    case 'command-written':
      return hearCommand(draft, event)
    case 'no-new-run':
      return missNewRun(draft, event)
    case 'permission-answered':
      return answerPermission(draft, event)
    case 'approval-policy-read':
      return hearOfPolicy(draft, event)
    case 'approval-expired':
      return expireWhenDue(draft, event)
    case 'contexts-answered':
      return answerContexts(draft, event)
    case 'rerun-due':
      return beginRerunWhenDue(draft, event)
    case 'access-lost':
      return loseAccess(draft, event)
    case 'serial-granted':
    case 'serial-passed':
    case 'serial-timeout':
      return hearOfTurn(draft, event)
    default:
      return unreachable(event)
  }
}

type OfConfig = Extract<
  Event,
  { readonly type: 'compiled' | 'rejected' | 'config-missing' | 'config-unavailable' | 'declined' }
>

/** What came of reading the config. */
function hearOfConfig(draft: Draft, slice: Slice, event: OfConfig): void {
  switch (event.type) {
    case 'compiled':
      return event.continuation
        ? startContinuation(draft, event)
        : startWorkflows(draft, slice, event)
    case 'rejected':
      return event.continuation
        ? rejectContinuation(draft, event)
        : rejectConfig(draft, slice, event)
    case 'config-missing':
      return configMissing(draft, event)
    case 'config-unavailable':
      return whileCompiling(draft.pipeline)
        ? continuationUnavailable(draft, event.because)
        : configUnavailable(draft, event)
    case 'declined':
      return decline(draft, slice, event)
    default:
      return unreachable(event)
  }
}

type Origin = Extract<Event, { readonly type: 'triggered' | 'proposed' | 'admitted' }>

const isOrigin = (event: Event): event is Origin =>
  event.type === 'triggered' || event.type === 'proposed' || event.type === 'admitted'

/** What may make a pipeline. */
function originate(draft: Draft, slice: Slice, event: Origin): void {
  switch (event.type) {
    case 'triggered':
      return startPipeline(draft, slice, event)
    case 'proposed':
      return proposePipeline(draft, slice, event)
    case 'admitted':
      return admitPipeline(draft, slice, event)
    default:
      return unreachable(event)
  }
}
