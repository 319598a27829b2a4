import type { ContextsAnswered } from '../model/event.ts'
import type { Draft } from './draft.ts'
import { end, proceed, settle } from './job.ts'

/** Much may have happened since the question: only a job that waits for nothing else is decided. */
export function answerContexts(
  draft: Draft,
  { jobId, refusal, at }: ContextsAnswered & { readonly at: number },
): void {
  const job = draft.findJob(jobId)
  if (job?.status !== 'blocked' || job.waitsFor > 0) return
  if (refusal === null) return proceed(draft, job, at)
  end(draft, job, { status: 'unauthorized', because: refusal, at })
  settle(draft, [job.id], at)
}
