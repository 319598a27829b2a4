import { Refusal, validationFailed } from '../rest/refusal.ts'
import type { Action, Annotation } from '../world.ts'

/** The body of a create or update, as GitHub's description has already passed it. */
export interface RunBody {
  readonly name?: string
  readonly head_sha?: string
  readonly details_url?: string
  readonly external_id?: string
  readonly status?: string
  readonly conclusion?: string
  readonly started_at?: string
  readonly completed_at?: string
  readonly output?: {
    readonly title?: string
    readonly summary?: string
    readonly text?: string
    readonly annotations?: readonly Annotation[]
  }
  readonly actions?: readonly Action[]
}

const longestText = 65_535
const longestMessage = 65_536
const longestTitle = 255

/** What GitHub enforces beyond its description. Throws the refusal. */
export const checkRunBody = (body: RunBody): void => {
  const reason = ruleBroken(body)
  if (reason) throw validationFailed('CheckRun', ...reason)
  for (const annotation of body.output?.annotations ?? []) {
    const complaint = annotationBroken(annotation)
    if (complaint) throw validationFailed('CheckAnnotation', ...complaint)
  }
}

type Complaint = readonly [field: string, message: string]

const ruleBroken = ({ status, conclusion, details_url, output }: RunBody): Complaint | null => {
  if (status === 'completed' && conclusion === undefined) {
    return ['conclusion', 'conclusion is required when status is completed']
  }
  if (conclusion === 'stale') return ['conclusion', 'conclusion stale is set by GitHub only']
  if (details_url !== undefined && !/^https?:\/\//.test(details_url)) {
    return ['details_url', 'details_url must use http or https scheme']
  }
  return (
    tooLong('summary', output?.summary, longestText) ?? tooLong('text', output?.text, longestText)
  )
}

const annotationBroken = (annotation: Annotation): Complaint | null => {
  const columns = annotation.start_column ?? annotation.end_column
  if (annotation.end_line < annotation.start_line)
    return ['end_line', 'end_line is before start_line']
  if (columns !== undefined && annotation.start_line !== annotation.end_line) {
    return ['start_column', 'columns are allowed on a single line only']
  }
  if ((annotation.title ?? '').length > longestTitle) return ['title', 'title is too long']
  return (
    tooLong('message', annotation.message, longestMessage) ??
    tooLong('raw_details', annotation.raw_details, longestMessage)
  )
}

/** Documented in characters, enforced in bytes. */
const tooLong = (field: string, text: string | undefined, most: number): Complaint | null =>
  Buffer.byteLength(text ?? '') > most
    ? [field, `${field} exceeds a maximum bytesize of ${most}`]
    : null

export const noCommit = (sha: string): Refusal =>
  new Refusal(422, `No commit found for SHA: ${sha}`, { violation: `no commit ${sha}` })
