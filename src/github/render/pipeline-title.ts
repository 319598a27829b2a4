import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import type { JobRun } from '../../model/run.ts'
import { isEnded } from '../../model/run.ts'
import { heldTogether, isHeld } from './approval.ts'
import { endedTitle } from './job-title.ts'
import { counted, duration } from './markdown.ts'
import type { PipelineView } from './roll-up.ts'
import { endOf, jobsOf, refName, verdictOf } from './roll-up.ts'

/** The one thing to know about a pipeline, as plain text. */
export function pipelineTitle(view: PipelineView): string {
  const { pipeline } = view
  switch (pipeline.state) {
    case 'pending':
      return 'reading the config'
    case 'held':
      return 'A maintainer has to let this run'
    case 'canceled':
      return `not run: ${pipeline.because}`
    case 'ignored':
      return `nothing to run: ${pipeline.because}`
    case 'errored':
      return errorTitle(pipeline.because, pipeline.diagnostics)
    case 'created':
      return workTitle(view)
    default:
      return unreachable(pipeline)
  }
}

function errorTitle(because: string, diagnostics: readonly Diagnostic[]): string {
  const [first, ...more] = diagnostics.filter((one) => one.severity === 'error')
  if (!first) return because
  return more.length > 0
    ? `config error: ${more.length + 1} problems`
    : `config error: ${first.message}`
}

function workTitle(view: PipelineView): string {
  const jobs = jobsOf(view)
  if (view.pipeline.continuation?.stage === 'compiling') return 'reading the continuation'
  const done = `${jobs.filter(isEnded).length} of ${counted(jobs.length, 'job')}`
  if (jobs.length === 0)
    return `nothing to run: no workflow's filters match ${refName(view.pipeline)}`
  const verdict = verdictOf(view)
  if (verdict === 'held') return heldTogether(jobs.filter(isHeld))
  if (verdict === 'failing') return `${done}, ${badTitle(jobs)}`
  if (verdict === 'failed') return badTitle(jobs)
  if (verdict !== 'success') return `${done} done`
  return `${counted(jobs.length, 'job')} done in ${duration(endOf(view) - view.pipeline.createdAt)}`
}

/** The first job that spoiled it, and how many more did. */
function badTitle(jobs: readonly JobRun[]): string {
  const bad = (['unauthorized', 'failed', 'canceled'] as const).flatMap((status) =>
    jobs.filter(isEnded).filter((job) => job.status === status),
  )
  const [first, ...more] = bad
  if (!first) return 'not every workflow succeeded'
  const name = first.status === 'failed' ? '' : `${first.planned.name}: `
  return `${name}${endedTitle(first)}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
}
