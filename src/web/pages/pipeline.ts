import { html } from 'hono/html'
import type { JobRun, PipelineRun, WorkflowRun } from '../../model/run.ts'
import { isEnded } from '../../model/run.ts'
import type { PipelineDetail } from '../../ports/views.ts'
import { findings } from '../parts/findings.ts'
import { type Html, layout } from '../parts/layout.ts'
import { standing } from '../parts/standing.ts'
import { badge, duration, isReading, notices } from '../parts/status.ts'

/** One pipeline: its workflows with their jobs, why others do not run, and at the end what was run again. */
export function pipelinePage({ pipeline, workflows }: PipelineDetail): Html {
  const { repository, ref, commit, actor } = pipeline.trigger
  const title = `${repository.owner}/${repository.name} #${pipeline.number}`
  return layout({
    title,
    live: isReading(pipeline) || workflows.some(({ workflow }) => workflow.endedAt === null),
    body: html`<h1>${title}</h1>
<p>${ref.kind} ${ref.name} at ${linked(commit.url, html`<code>${commit.sha.slice(0, 7)}</code>`)} ${commit.subject} <span class="dim">${actor.login}</span></p>
${notices(pipeline.notices)}
${stateOf(pipeline)}
${oldLast(workflows).map(({ workflow, jobs }) => workflowPart(workflow, jobs))}`,
  })
}

/** As in the config; runs that a newer one took over are below, newest first. */
const oldLast = (workflows: PipelineDetail['workflows']): PipelineDetail['workflows'] => [
  ...workflows.filter(({ workflow }) => workflow.supersededBy === null),
  ...workflows.filter(({ workflow }) => workflow.supersededBy !== null).toReversed(),
]

function stateOf(pipeline: PipelineRun): Html | string {
  if (pipeline.state === 'pending') return html`<p>${badge('pending')} reading the config</p>`
  if (pipeline.continuation?.stage === 'compiling' && pipeline.state === 'created')
    return html`<p>${badge('pending')} reading the config that continues it</p>`
  if (pipeline.state === 'created')
    return list(pipeline.notSelected.map(({ name, because }) => `${name} does not run: ${because}`))
  const lines = pipeline.state === 'errored' ? pipeline.diagnostics : []
  return html`<p>${badge(pipeline.state)} ${pipeline.because}</p>
${findings(lines)}`
}

/** The address comes from outside: nothing but a web page is linked. */
const linked = (url: string, text: Html): Html =>
  /^https?:\/\//.test(url) ? html`<a href="${url}">${text}</a>` : text

const workflowPart = (workflow: WorkflowRun, jobs: readonly JobRun[]): Html => html`<h2>
${badge(workflow.supersededBy === null ? workflow.status : 'canceled')} ${workflow.name}
${workflow.attempt > 1 ? html`<span class="dim">run ${workflow.attempt}</span>` : ''}
${workflow.supersededBy === null ? '' : html`<span class="dim">taken over by a newer run</span>`}</h2>
<table>
<tr><th>Job</th><th>Status</th><th>Requires</th><th>Because</th><th class="number">Took</th></tr>
${jobs.map(jobRow)}
</table>
${list(workflow.notSelected.map(({ name, because }) => `${name} does not run: ${because}`))}`

function jobRow(job: JobRun): Html {
  const requires = job.planned.requires.map((required) => required.job).join(', ')
  const took = isEnded(job) ? duration(job.startedAt, job.endedAt) : ''
  return html`<tr>
<td><a href="/jobs/${job.layersOf}">${job.planned.name}</a></td>
<td>${badge(job.status)}</td><td class="requires">${requires}</td>
<td>${standing(job)}${isEnded(job) && job.carried ? html` <span class="dim">(from an earlier run)</span>` : ''}</td>
<td class="number">${took}</td>
</tr>`
}

const list = (lines: readonly string[]): Html | string =>
  lines.length === 0
    ? ''
    : html`<ul class="dim">${lines.map((line) => html`<li>${line}</li>`)}</ul>`
