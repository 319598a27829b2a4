import { refusalOf, refusalTexts } from '../model/continuation.ts'
import type { Continued, Event } from '../model/event.ts'
import type { PlannedWorkflow } from '../model/plan.ts'
import type { Continuation, PipelineRun, PipelineState } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { notice } from './notice.ts'
import { reportPipeline } from './report.ts'
import { askForConfig, become, errorCount, startWorkflow } from './start.ts'

type Of<Type extends Event['type']> = Extract<Event, { readonly type: Type }>

/**
 * The setup workflow says how its pipeline goes on: with another config, which is compiled now, or not
 * at all. The first request counts. Whoever asked has heard whether theirs was in time, so a refusal
 * here means that something came between, and people are told.
 */
export function continuePipeline(draft: Draft, event: Continued & { readonly at: number }): void {
  const { continuation } = draft.pipeline
  const refusal = refusalOf(draft.pipeline, event.at)
  if (refusal !== null || continuation?.stage !== 'open') {
    if (isRepeated(continuation, event)) return
    const text = `The pipeline was not continued: ${refusalTexts[refusal ?? 'taken']}.`
    return notice(draft, null, text)
  }
  const { by, config } = event
  moveOn(draft, { stage: config === null ? 'finished' : 'compiling', by })
  if (config !== null) askForConfig(draft, { ...config, taken: continuation.taken })
}

const isRepeated = (continuation: Continuation | null, { by }: Continued): boolean =>
  continuation !== null && continuation.stage !== 'open' && continuation.by === by

/** The second config is compiled: its workflows join that of the setup config. */
export function startContinuation(draft: Draft, { plan, at }: Of<'compiled'>): void {
  const waiting = whileCompiling(draft.pipeline)
  if (!waiting) return
  if (plan.setup !== null) return fail(draft, 'the continuation is a setup config again', [])
  moveOn(draft, { stage: 'continued', by: waiting.by })
  become(draft, {
    state: 'created',
    notSelected: [...waiting.notSelected, ...plan.notSelected],
    diagnostics: [...waiting.diagnostics, ...plan.diagnostics],
  })
  for (const workflow of freelyNamed(draft, plan.workflows))
    startWorkflow(draft, workflow, { setup: false, at })
}

/** The second config has errors. */
export const rejectContinuation = (draft: Draft, { diagnostics }: Of<'rejected'>): void =>
  fail(draft, `the continuation's config ${errorCount(diagnostics)}`, diagnostics)

/** The second config could not be compiled for a reason that is not its own. */
export const continuationUnavailable = (draft: Draft, because: string): void =>
  fail(draft, `the continuation could not be read: ${because}`, [])

/** Nothing continues a pipeline that was canceled, also not what is being compiled at this moment. */
export function closeContinuation(draft: Draft, by: string): void {
  const { continuation } = draft.pipeline
  if (whileCompiling(draft.pipeline)) fail(draft, `canceled by ${by} before it was continued`, [])
  else if (continuation?.stage === 'open') moveOn(draft, { stage: 'finished', by: `cancel:${by}` })
}

function fail(
  draft: Draft,
  because: string,
  diagnostics: Extract<PipelineState, { state: 'errored' }>['diagnostics'],
): void {
  const waiting = whileCompiling(draft.pipeline)
  if (!waiting) return
  moveOn(draft, { stage: 'continued', by: waiting.by })
  const all = [...waiting.diagnostics, ...diagnostics]
  become(draft, { state: 'errored', because, diagnostics: all })
}

/** Null: no second config is awaited, so what comes of one is old news. */
export function whileCompiling(pipeline: PipelineRun) {
  const { continuation } = pipeline
  if (pipeline.state !== 'created' || continuation?.stage !== 'compiling') return null
  const { diagnostics, notSelected } = pipeline
  return { by: continuation.by, diagnostics, notSelected }
}

function moveOn(draft: Draft, continuation: Continuation): void {
  draft.putPipeline({ ...draft.pipeline, continuation })
  reportPipeline(draft)
}

/** Workflows and checks are told apart by their names, and both configs may have a `build`. */
function freelyNamed(
  draft: Draft,
  planned: readonly PlannedWorkflow[],
): readonly PlannedWorkflow[] {
  const earlier = draft.workflows.map(({ name }) => name)
  const taken = new Set([...earlier, ...planned.map(({ name }) => name)])
  return planned.map((workflow) => {
    if (!earlier.includes(workflow.name)) return workflow
    const name = firstFree(workflow.name, taken)
    taken.add(name)
    return { ...workflow, name }
  })
}

function firstFree(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const free = `${name} (${number})`
    if (!taken.has(free)) return free
  }
}
