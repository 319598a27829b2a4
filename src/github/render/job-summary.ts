import { unreachable } from '../../model/result.ts'
import type { EndedJob, JobRun, TaskRun } from '../../model/run.ts'
import { isEnded } from '../../model/run.ts'
import type { JobFacts } from '../../ports/checks.ts'
import { decisionLines, heldLines } from './approval.ts'
import { artifactLines } from './artifacts.ts'
import type { RenderOptions } from './desired.ts'
import { failedStepLines, rerunLines } from './failure.ts'
import { fitting } from './limits.ts'
import { code, counted, duration, sentence } from './markdown.ts'
import { noticeLines } from './notices.ts'
import { testLines } from './tests.ts'

/** Markdown: what people were told about their clicks, then what the job is and does. */
export function jobSummary(facts: JobFacts, options: RenderOptions): string {
  const { pipeline, workflow, job } = facts
  const where = `Job ${code(job.planned.name)} of workflow ${code(workflow.name)}`
  return [
    ...noticeLines(job.notices),
    `${where}, [pipeline ${pipeline.number}](${options.publicUrl}/pipelines/${pipeline.id})${attempt(job)}.`,
    ...statusLines(facts),
    ...failedStepLines(facts),
    ...taskLines(job),
    ...testLines(facts.tests),
    ...artifactLines(facts, options),
    ...rerunLines(facts),
  ].join('\n\n')
}

const attempt = ({ attempt: count }: JobRun): string => (count > 1 ? `, attempt ${count}` : '')

const serialLine = ({ planned }: JobRun): string =>
  `Waits for its turn in the serial group ${code(planned.serialGroup ?? '')}.`

function statusLines(facts: JobFacts): readonly string[] {
  const { job } = facts
  if (isEnded(job)) return endedLines(job)
  switch (job.status) {
    case 'blocked':
      return [`Waits for ${names(facts.waitingFor)}.`]
    case 'queued':
      return [job.serial === 'waiting' ? serialLine(job) : 'Waits for a free worker.']
    case 'running':
      return []
    case 'on_hold':
      return heldLines(job, facts)
    default:
      return unreachable(job)
  }
}

const names = (jobs: readonly string[]): string =>
  fitting(
    jobs.map((job) => code(job)),
    8000,
    (left) => `${left} more`,
  ).join(', ')

function endedLines(job: JobRun & EndedJob): readonly string[] {
  const time = job.startedAt === null ? '' : ` after ${duration(job.endedAt - job.startedAt)}`
  const carried = ['Taken over from an earlier run of the workflow.'].filter(() => job.carried)
  const ran = job.status === 'success' && job.startedAt !== null
  return [
    `${outcomes[job.status]}${time}${ran ? '' : `: ${sentence(job.because)}`}.`,
    ...decisionLines(job),
    ...carried,
  ]
}

const outcomes = {
  success: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
  unauthorized: 'Not authorized',
  not_run: 'Not run',
} as const

/** One line a task, where there are several. */
function taskLines({ tasks }: JobRun): readonly string[] {
  if (tasks.length < 2) return []
  const lines = tasks.map((task) => `- Task ${task.index}: ${taskText(task)}`)
  return [fitting(lines, 20_000, (left) => `- … and ${counted(left, 'more task')}`).join('\n')]
}

function taskText(task: TaskRun): string {
  switch (task.status) {
    case 'queued':
      return 'queued'
    case 'running':
      return `running on ${code(task.worker)}`
    case 'ended':
      return task.outcome.kind === 'success' ? 'succeeded' : sentence(task.outcome.because, 500)
    default:
      return unreachable(task)
  }
}
