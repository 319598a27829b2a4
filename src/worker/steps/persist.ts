import { posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { PersistToWorkspaceStep } from '../../model/step.ts'
import { patiently } from '../insist.ts'
import { positionOf } from '../step-index.ts'
import { ofTheJob } from './fault.ts'
import { goMatch, hasWildcards } from './go-match.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'
import { tarPaths } from './tar-paths.ts'

/**
 * Keeps files as a layer of the workspace: everything that the patterns match below the root,
 * directories with all they hold.
 */
export async function persistToWorkspace(
  context: StepContext,
  step: PersistToWorkspaceStep,
): Promise<StepEnd> {
  const root = context.environment.resolve(step.root)
  const chosen = await ofTheJob(() => choose(context, root, step.paths))
  if (!chosen.ok) return refused(chosen.problem)
  const kept = await ofTheJob(() => keep(context, root, chosen.value))
  if (!kept.ok) return refused(kept.problem)
  const { blob, size, paths } = kept.value
  const { task, tools } = context
  const sequence = sequenceOf(context)
  const layer = {
    jobId: task.jobId,
    jobName: task.jobName,
    index: task.index,
    sequence,
    blob,
    paths,
  }
  const add = () => tools.workspaces.add(task.workspaceId, layer)
  await patiently('workspace', add, { ...tools, control: context.control })
  await say(context, `Kept ${paths.length} files (${size} bytes) of ${root}`)
  return succeeded
}

/** The paths to pack. Rejects with what is wrong with the patterns. */
async function choose(
  { environment }: StepContext,
  root: string,
  patterns: readonly string[],
): Promise<readonly string[]> {
  const cleaned = patterns.map((pattern) => posix.normalize(pattern).replace(/(?<=.)\/+$/, ''))
  const outside = cleaned.find((one) => one.startsWith('/') || one.split('/').includes('..'))
  if (outside !== undefined) throw new Error(`${outside} does not lie below the root ${root}`)
  const files = cleaned.some(hasWildcards) ? await environment.listFiles(root) : []
  const chosen = cleaned.map((pattern) => {
    if (!hasWildcards(pattern)) return [pattern]
    const found = files.map((file) => file.path).filter((path) => goMatch(pattern, path))
    if (found.length === 0) throw new Error(`nothing below ${root} matches ${pattern}`)
    return found
  })
  return withoutInner([...new Set(chosen.flat())])
}

/** A directory brings all below it along; naming that again would pack it twice. */
export function withoutInner(paths: readonly string[]): readonly string[] {
  if (paths.includes('.')) return ['.']
  const all = new Set(paths)
  return paths.filter((path) => {
    const parts = path.split('/')
    return !parts.some((_part, length) => length > 0 && all.has(parts.slice(0, length).join('/')))
  })
}

async function keep(
  { environment, tools, control }: StepContext,
  root: string,
  paths: readonly string[],
) {
  const tar = await environment.getTar(root, paths)
  const noted = tarPaths()
  const signal = AbortSignal.any([control.letGo, control.halted])
  const [stored] = await Promise.all([
    tools.blobs.put(noted.stream),
    pipeline(tar, noted.stream, { signal, end: true }),
  ])
  return { ...stored, paths: noted.paths() }
}

/** How many such steps come before this one in its task. */
const sequenceOf = ({ task, index }: StepContext): number =>
  task.body.steps.slice(0, positionOf(index)).filter((step) => step.type === 'persist_to_workspace')
    .length
