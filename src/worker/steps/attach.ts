import { addAbortSignal } from 'node:stream'
import type { AttachWorkspaceStep } from '../../model/step.ts'
import { BlobMissing } from '../../ports/blobs.ts'
import type { UpstreamLayer } from '../../ports/workspaces.ts'
import { patiently } from '../insist.ts'
import { ofTheJob } from './fault.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'

/**
 * Unpacks what all jobs upstream persisted, in the order in which they could see each other; of two that
 * could not, none may have the same file.
 */
export async function attachWorkspace(
  context: StepContext,
  step: AttachWorkspaceStep,
): Promise<StepEnd> {
  const { tools, task, environment, control } = context
  const ask = () => tools.workspaces.upstream(task.jobId)
  const layers = await patiently('workspace', ask, { ...tools, control })
  const conflict = conflictIn(layers)
  if (conflict !== null) return refused(conflict)
  const at = environment.resolve(step.at)
  if (layers.length === 0) {
    await say(context, 'The workspace is empty: no job before this one persisted anything')
  }
  for (const layer of layers) {
    const unpacked = await ofTheJob(() => unpack(context, at, layer))
    if (!unpacked.ok) return refused(`${layer.jobName}: ${unpacked.problem}`)
    await say(context, `Attached ${layer.paths.length} files of ${layer.jobName} at ${at}`)
  }
  return succeeded
}

async function unpack(
  { tools, control, environment }: StepContext,
  at: string,
  layer: UpstreamLayer,
): Promise<void> {
  const content = await contentOf(tools, layer)
  addAbortSignal(AbortSignal.any([control.letGo, control.halted]), content)
  await environment.putTar(at, content)
}

async function contentOf({ blobs }: StepContext['tools'], { blob }: UpstreamLayer) {
  try {
    return await blobs.get(blob)
  } catch (error) {
    if (!(error instanceof BlobMissing)) throw error
    throw new Error('what it persisted is not kept any more; run it again', { cause: error })
  }
}

/** Names the first file that two concurrent layers hold; null when there is none. */
function conflictIn(layers: readonly UpstreamLayer[]): string | null {
  const holders = new Map<string, UpstreamLayer[]>()
  for (const layer of layers) {
    for (const path of layer.paths) {
      const earlier = holders.get(path) ?? []
      const rival = earlier.find((other) => concurrent(other, layer))
      if (rival) return describe(path, rival, layer)
      holders.set(path, [...earlier, layer])
    }
  }
  return null
}

/** Tasks of a parallel job do not see each other; the layers of one task come one after the other. */
function concurrent(one: UpstreamLayer, other: UpstreamLayer): boolean {
  if (one.jobId === other.jobId) return one.index !== other.index
  return !one.ancestors.includes(other.jobId) && !other.ancestors.includes(one.jobId)
}

function describe(path: string, one: UpstreamLayer, other: UpstreamLayer): string {
  const [first, second] =
    one.jobId === other.jobId
      ? [`task ${one.index} of ${one.jobName}`, `task ${other.index}`]
      : [one.jobName, other.jobName]
  return (
    `${JSON.stringify(path)} was persisted by both ${first} and ${second}, which do not wait for ` +
    'each other: persist it in one of them only, or let one require the other'
  )
}
