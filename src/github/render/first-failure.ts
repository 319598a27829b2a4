import type { PipelineFacts } from '../../ports/checks.ts'
import type { RenderOptions } from './desired.ts'
import { code, fenced, lastLines } from './markdown.ts'

const linesShown = 20
const logBytes = 4000

/** Markdown: which step failed first and how its log ends, so that nobody has to look for its check. */
export function firstFailureLines(
  { firstFailure }: PipelineFacts,
  { publicUrl }: RenderOptions,
): readonly string[] {
  if (!firstFailure) return []
  const { job, step, logTail } = firstFailure
  const name = code(`${job.workflowName} / ${job.planned.name}`)
  const head = `[${name}](${publicUrl}/jobs/${job.layersOf}) failed in the step ${code(step)}`
  const log = lastLines(logTail, linesShown)
  return log === '' ? [`${head}, which printed nothing.`] : [`${head}:\n\n${fenced(log, logBytes)}`]
}
