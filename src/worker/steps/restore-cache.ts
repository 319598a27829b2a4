import { posix } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { sized } from '../../model/size.ts'
import type { RestoreCacheStep } from '../../model/step.ts'
import type { CachePart, SavedCache } from '../../ports/caches.ts'
import { patiently } from '../insist.ts'
import { renderKey } from './cache-key.ts'
import { forgiving, untilStopped } from './forgiving.ts'
import { keyFacts, scopeOf } from './key-facts.ts'
import { baseOf } from './save-cache.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'

/**
 * Puts the files of a cache back where they were. Each key in turn is a prefix; of the caches that it
 * finds the one that was saved last wins, even over one of this very name, and no further key is tried.
 * To find none is no failure, and neither is a store that fails; only a key that cannot be made is.
 */
export const restoreCache = (context: StepContext, step: RestoreCacheStep): Promise<StepEnd> =>
  forgiving(context, 'no cache was restored', () => restoreFirst(context, step.keys))

async function restoreFirst(context: StepContext, templates: readonly string[]): Promise<StepEnd> {
  const facts = keyFacts(context)
  for (const template of templates) {
    const key = await renderKey(template, facts)
    if (!key.ok) return refused(`error computing cache key: ${key.problem}`)
    const cache = await find(context, key.value)
    if (cache) return restore(context, cache)
  }
  return succeeded
}

async function find(context: StepContext, prefix: string): Promise<SavedCache | null> {
  const { tools, task, control } = context
  const ask = () => tools.caches.find(scopeOf(task), prefix)
  const cache = await patiently('cache', ask, { ...tools, control })
  if (!cache) await say(context, `No cache is found for key: ${prefix}`)
  return cache
}

async function restore(context: StepContext, cache: SavedCache): Promise<StepEnd> {
  const size = cache.parts.reduce((sum, part) => sum + part.size, 0)
  await say(context, `Found a cache from build ${cache.build} at ${cache.key}`)
  await say(context, `Size: ${sized(size)}`)
  await say(context, 'Cached paths:')
  for (const part of cache.parts)
    for (const path of part.paths)
      await say(context, `  * ${posix.join(rootOf(context, part), path)}`)
  for (const part of cache.parts) await unpack(context, part)
  await say(context, 'Unarchived cache')
  return succeeded
}

const rootOf = ({ environment }: StepContext, { base }: CachePart): string =>
  environment.resolve(baseOf(base))

async function unpack(context: StepContext, part: CachePart): Promise<void> {
  const content = await context.tools.blobs.get(part.blob)
  addAbortSignal(untilStopped(context), content)
  await context.environment.putTar(rootOf(context, part), content)
}
