import type { NotSelected } from '../../model/plan.ts'
import { unreachable } from '../../model/result.ts'
import type { PipelineRun } from '../../model/run.ts'
import type { Trigger } from '../../model/trigger.ts'
import type { PipelineFacts } from '../../ports/checks.ts'
import { configPage } from './config-page.ts'
import type { RenderOptions } from './desired.ts'
import { diagnosticLines } from './diagnostics.ts'
import { firstFailureLines } from './first-failure.ts'
import { fitting } from './limits.ts'
import { code, counted, sentence } from './markdown.ts'
import { noticeLines } from './notices.ts'
import type { PipelineView } from './roll-up.ts'
import { workflowTables } from './workflow-table.ts'

/** Bytes for the parts of all pipelines together; what is left of GitHub's limit is for the rest. */
const tableBytes = 36_000
const notSelectedBytes = 10_000
const diagnosticBytes = 8_000

/**
 * Markdown: what people were told about their clicks, how the first failure looks, then the workflows and
 * jobs of each pipeline.
 */
export function pipelineSummary(
  facts: PipelineFacts,
  views: readonly PipelineView[],
  options: RenderOptions,
): string {
  // More branches at one commit than this fit on no page.
  const shown = views.slice(0, 10)
  const sections = shown.map((view) => section(view, { options, share: shown.length }))
  const notices = shown.flatMap(({ pipeline }) => pipeline.notices)
  const left = views.length - shown.length
  return [
    ...noticeLines(notices.slice(-5)),
    ...firstFailureLines(facts, options),
    ...sections.flat(),
    ...(left > 0 ? [`… and ${counted(left, 'more pipeline')} of this commit.`] : []),
  ].join('\n\n')
}

interface Page {
  readonly options: RenderOptions
  /** How many pipelines share the room. */
  readonly share: number
}

function section(view: PipelineView, { options, share }: Page): readonly string[] {
  const { pipeline } = view
  return [
    origin(pipeline, options),
    ...stateLines(pipeline, options, Math.floor(diagnosticBytes / share)),
    ...workflowTables(view, options, Math.floor(tableBytes / share)),
    ...notSelectedLines(view, options, Math.floor(notSelectedBytes / share)),
  ]
}

function origin({ id, number, trigger }: PipelineRun, { publicUrl }: RenderOptions): string {
  const what = `${trigger.ref.kind} ${code(trigger.ref.name)} at ${code(trigger.commit.sha.slice(0, 10))}`
  return `[Pipeline ${number}](${publicUrl}/pipelines/${id}): ${what}, by ${code(trigger.actor.login)}.`
}

function stateLines(
  pipeline: PipelineRun,
  options: RenderOptions,
  bytes: number,
): readonly string[] {
  switch (pipeline.state) {
    case 'pending':
      return ['The config is being read.']
    case 'held':
      return heldLines(pipeline.trigger)
    case 'canceled':
      return [`Nothing was run: ${sentence(pipeline.because)}.`]
    case 'ignored':
      return [`Nothing to run: ${sentence(pipeline.because)}.`]
    case 'errored':
      return [
        `${pipeline.continuation ? 'Nothing more' : 'Nothing'} was run: ${sentence(pipeline.because)}.`,
        ...diagnosticLines(pipeline, options, bytes),
      ]
    case 'created':
      return diagnosticLines(pipeline, options, bytes)
    default:
      return unreachable(pipeline)
  }
}

/** Who can let a stranger's push run, and what it then does and does not get. */
function heldLines({ event, commit }: Trigger): readonly string[] {
  const from = event.values['pull_request.head.repo.full_name'] ?? 'a fork that is gone'
  const author = event.values['pull_request.user.login'] ?? 'somebody unknown'
  return [
    `Pull request ${code(String(event.values['pull_request.number']))} by ${code(String(author))} comes from ${code(String(from))}. Nothing of it has been read or run.`,
    `Whoever may approve in this repository (people with write access, unless it says otherwise) and is not its author can press **Approve**: then ${code(commit.sha.slice(0, 10))} is run with the config that it brings, without secrets, contexts or the caches of this repository. The next push has to be let in again.`,
  ]
}

/** What this push did not start, with the line of the config that said no. */
function notSelectedLines(
  view: PipelineView,
  options: RenderOptions,
  bytes: number,
): readonly string[] {
  const { pipeline, workflows } = view
  const lineAt = lineLink(pipeline, options)
  const notSelected = ({ name, because, where }: NotSelected, prefix: string): string =>
    `- ${code(`${prefix}${name}`)}: ${sentence(because, 500)} (${lineAt(where.line)})`
  const whole = pipeline.state === 'created' ? pipeline.notSelected : []
  const lines = [
    ...whole.map((one) => notSelected(one, '')),
    ...workflows.flatMap(({ workflow }) =>
      workflow.notSelected.map((one) => notSelected(one, `${workflow.name} / `)),
    ),
  ]
  if (lines.length === 0) return []
  return [
    ['Not selected:', '', ...fitting(lines, bytes, (left) => `- … and ${left} more`)].join('\n'),
  ]
}

/** A line of the config, with a link where it has a page. */
function lineLink(pipeline: PipelineRun, options: RenderOptions): (line: number) => string {
  const page = configPage(pipeline, options)
  return (line) => (page === null ? `line ${line}` : `[line ${line}](${page}#L${line})`)
}
