import { html } from 'hono/html'
import { isEnded, type JobRun } from '../../model/run.ts'
import type { ArtifactList } from '../../ports/artifacts.ts'
import type { StepRecord } from '../../ports/tasks.ts'
import type { TestSummary } from '../../ports/test-results.ts'
import type { JobDetail } from '../../ports/views.ts'
import { artifactTable, testPart } from '../parts/kept.ts'
import { type Html, layout } from '../parts/layout.ts'
import { standing } from '../parts/standing.ts'
import { badge, duration, notices } from '../parts/status.ts'

/** What a job left for people. */
export interface Kept {
  readonly artifacts: ArtifactList
  readonly tests: TestSummary | null
}

/** One job: the steps of each task with their time and a link to their log, its tests and its files. */
export function jobPage({ pipeline, workflow, job, tasks }: JobDetail, kept: Kept): Html {
  const { repository } = pipeline.trigger
  return layout({
    title: `${workflow.name} / ${job.planned.name}`,
    live: !isEnded(job),
    body: html`<p><a href="/pipelines/${pipeline.id}">${repository.owner}/${repository.name} #${pipeline.number}</a></p>
<h1>${workflow.name} / ${job.planned.name} ${badge(job.status)}</h1>
${statusLines(job)}
${notices(job.notices)}
${tasks.map(({ index, steps }) => html`${tasks.length > 1 ? html`<h2>Task ${index}</h2>` : ''}${stepTable(job.id, steps)}`)}
${testPart(kept.tests)}
${artifactTable(job.layersOf, kept.artifacts)}`,
  })
}

function statusLines(job: JobRun): Html {
  const requires = job.planned.requires.map((required) => required.job).join(', ')
  const why = job.status === 'blocked' && requires !== '' ? `waits for ${requires}` : standing(job)
  return html`${why === '' ? '' : html`<p>${why}</p>`}
${job.status === 'on_hold' ? html`<p class="dim">Approve and Reject are buttons of its check on GitHub.</p>` : ''}`
}

const stepTable = (job: string, steps: readonly StepRecord[]): Html => html`<table>
<tr><th>Step</th><th>Status</th><th>Log</th><th class="number">Took</th></tr>
${steps.map((step) => stepRow(job, step))}
</table>`

function stepRow(job: string, step: StepRecord): Html {
  const { state } = step
  const ended = 'endedAt' in state ? state : null
  const log = `/jobs/${job}/tasks/${step.taskId}/steps/${step.index}/log`
  const address = state.status === 'running' ? `${log}?follow=1` : log
  return html`<tr>
<td>${step.name}</td>
<td>${badge(state.status)} ${ended?.exitCode ? html`exit ${ended.exitCode}` : ''} ${ended?.message ?? ''}</td>
<td>${state.status === 'skipped' ? '' : html`<a href="${address}">log</a>`}</td>
<td class="number">${ended ? duration(ended.startedAt, ended.endedAt) : ''}</td>
</tr>`
}
