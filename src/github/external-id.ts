import { isId, jobId, pipelineId, workflowId } from '../model/ids.ts'
import type { ExternalId } from '../ports/checks.ts'

/**
 * The name that every check run of ours carries on GitHub. Unique for each create, so that one whose
 * answer was lost is found again and never taken for an older run.
 */
export function formatExternalId(id: ExternalId): string {
  return id.workflowId === null || id.jobId === null
    ? `${id.pipelineId}/sluice/${id.sequence}`
    : `${id.pipelineId}/${id.workflowId}/${id.jobId}/${id.sequence}`
}

/** Null for everything that was not made by `formatExternalId`. */
export function parseExternalId(text: string): ExternalId | null {
  const parts = text.split('/')
  const sequence = parts.pop() ?? ''
  if (!/^(0|[1-9]\d{0,8})$/.test(sequence)) return null
  const [pipeline = '', workflow = '', job] = parts
  if (!isId(pipeline) || parts.length > 3) return null
  const rest = { pipelineId: pipelineId(pipeline), sequence: Number(sequence) }
  if (job === undefined)
    return workflow === 'sluice' ? { ...rest, workflowId: null, jobId: null } : null
  if (!isId(workflow) || !isId(job)) return null
  return { ...rest, workflowId: workflowId(workflow), jobId: jobId(job) }
}
