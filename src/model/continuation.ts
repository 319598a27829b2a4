import type { PipelineRun } from './run.ts'

/** How long after its beginning a pipeline can be continued: CircleCI's six hours, in milliseconds. */
const windowMs = 6 * 60 * 60 * 1000

/** Why the pipeline cannot be continued or closed at `at` (ms since 1970); null: it can. */
export type Refusal = 'not-setup' | 'taken' | 'too-late'

export function refusalOf(pipeline: PipelineRun, at: number): Refusal | null {
  const { continuation } = pipeline
  if (!continuation) return 'not-setup'
  if (continuation.stage !== 'open' || pipeline.state !== 'created') return 'taken'
  return at - pipeline.createdAt > windowMs ? 'too-late' : null
}

/** The refusal as the end of a sentence for people. */
export const refusalTexts: Readonly<Record<Refusal, string>> = {
  'not-setup': 'its config is no setup config (`setup: true`)',
  taken: 'it was already continued or closed, and that can be done once only',
  'too-late': 'it began more than six hours ago',
}
