import { html } from 'hono/html'
import type { PipelineSummary } from '../../ports/views.ts'
import { type Html, layout } from '../parts/layout.ts'
import { badge, time } from '../parts/status.ts'

/** Newest first; a full page has another behind it. */
export function pipelinesPage(pipelines: readonly PipelineSummary[], perPage: number): Html {
  const last = pipelines.length === perPage ? pipelines.at(-1) : undefined
  return layout({
    title: 'Pipelines',
    live: pipelines.some(isLive),
    body: html`<h1>Pipelines</h1>
${pipelines.length === 0 ? html`<p>Nothing was pushed yet.</p>` : table(pipelines)}
${last ? html`<p><a href="/?before=${last.pipeline.createdAt}">Older</a></p>` : ''}`,
  })
}

const isLive = ({ pipeline, workflows }: PipelineSummary): boolean =>
  pipeline.state === 'pending' ||
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
<td>${current.map((workflow) => html`${badge(workflow.status)} ${workflow.name}<br>`)}
${pipeline.state === 'created' ? '' : badge(pipeline.state)}</td>
<td class="number">${time(pipeline.createdAt)}</td>
</tr>`
}
