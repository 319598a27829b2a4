import { html } from 'hono/html'
import { jobStatuses, type WorkflowRun } from '../../model/run.ts'
import type { PipelineSummary } from '../../ports/views.ts'
import { type Html, layout } from '../parts/layout.ts'
import { badge, isReading, time } from '../parts/status.ts'

/** Newest first; more than `limit` of them: there are older ones. */
export function pipelinesPage(
  found: readonly PipelineSummary[],
  limit: number,
  notices: readonly string[],
): Html {
  const shown = wholeInstants(found, limit)
  const last = found.length > limit ? shown.at(-1) : undefined
  return layout({
    title: 'Pipelines',
    live: shown.some(isLive),
    body: html`<h1>Pipelines</h1>
${notices.map((notice) => html`<p role="note"><strong>${notice}</strong></p>`)}
${shown.length === 0 ? html`<p>Nothing was pushed yet.</p>` : table(shown)}
${last ? html`<p><a href="/?before=${last.pipeline.createdAt}">Older</a></p>` : ''}`,
  })
}

/** At most `limit`, none of the instant of the one that is left out: the next page begins before an instant. */
function wholeInstants(found: readonly PipelineSummary[], limit: number): typeof found {
  const next = found[limit]
  if (!next) return found
  const later = found.filter(({ pipeline }) => pipeline.createdAt > next.pipeline.createdAt)
  return later.length > 0 ? later : found.slice(0, limit)
}

const isLive = ({ pipeline, workflows }: PipelineSummary): boolean =>
  isReading(pipeline) ||
  workflows.some((workflow) => workflow.endedAt === null && workflow.supersededBy === null)

const table = (pipelines: readonly PipelineSummary[]): Html => html`<table>
<tr><th>Pipeline</th><th>Ref</th><th>Commit</th><th>Workflows</th><th>Created</th></tr>
${pipelines.map(row)}
</table>`

function row({ pipeline, workflows }: PipelineSummary): Html {
  const { repository, ref, commit, actor } = pipeline.trigger
  const current = workflows.filter((workflow) => workflow.supersededBy === null)
  return html`<tr>
<td><a href="/pipelines/${pipeline.id}">${repository.owner}/${repository.name} #${pipeline.number}</a></td>
<td>${ref.kind === 'tag' ? 'tag ' : ''}${ref.name}</td>
<td><code>${commit.sha.slice(0, 7)}</code> ${commit.subject}<br><span class="dim">${actor.login}</span></td>
<td>${current.map((workflow) => html`${badge(workflow.status)} ${workflow.name} <span class="dim">${jobCounts(workflow)}</span><br>`)}
${pipeline.state === 'created' ? '' : badge(pipeline.state)} ${'because' in pipeline ? pipeline.because : ''}</td>
<td class="number">${time(pipeline.createdAt)}</td>
</tr>`
}

/** E.g. `3 success, 1 failed`. */
const jobCounts = ({ counts }: WorkflowRun): string =>
  jobStatuses
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${status.replaceAll('_', ' ')}`)
    .join(', ')
