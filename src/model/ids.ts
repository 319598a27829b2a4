/**
 * Identities, branded so that one cannot be passed for another.
 * The constructors here are the only casts: text becomes an id at the door and nowhere else.
 */
declare const brand: unique symbol
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name }

export type PipelineId = Branded<string, 'PipelineId'>
export type WorkflowId = Branded<string, 'WorkflowId'>
export type JobId = Branded<string, 'JobId'>
export type TaskId = Branded<string, 'TaskId'>
export type WorkspaceId = Branded<string, 'WorkspaceId'>
export type WorkerId = Branded<string, 'WorkerId'>
/** The full, lower-case hexadecimal name of a git commit. */
export type CommitSha = Branded<string, 'CommitSha'>

export const pipelineId = (text: string): PipelineId => text as PipelineId
export const workflowId = (text: string): WorkflowId => text as WorkflowId
export const jobId = (text: string): JobId => text as JobId
export const taskId = (text: string): TaskId => text as TaskId
export const workspaceId = (text: string): WorkspaceId => text as WorkspaceId
export const workerId = (text: string): WorkerId => text as WorkerId
export const commitSha = (text: string): CommitSha => text.toLowerCase() as CommitSha

const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether `text` has the shape of the ids made here: a lower-case UUID. */
export const isId = (text: string): boolean => idShape.test(text)

/**
 * A UUID (version 8) that depends on nothing but its two arguments, so that the pure engine can name
 * what it creates and a replay names it alike. Not a secret: anybody can compute it.
 */
export function derivedId(parent: string, label: string): string {
  const text = `${parent}\u0000${label}`
  const hex = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f]
    .map((seed) => mixed(text, seed).toString(16).padStart(8, '0'))
    .join('')
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** MurmurHash3 (x86, 32 bit) over UTF-16 code units: well spread, short, and free of imports. */
function mixed(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) {
    const k = Math.imul(text.charCodeAt(i), 0xcc9e2d51)
    hash ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593)
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64
  }
  hash ^= text.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The job of this name in a run of a workflow that begins it anew. */
export const jobIn = (workflow: WorkflowId, name: string): JobId => jobId(derivedId(workflow, name))
