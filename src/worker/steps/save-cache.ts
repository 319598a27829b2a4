import { posix } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { SaveCacheStep } from '../../model/step.ts'
import type { Cache, CachePart, SavedCache } from '../../ports/caches.ts'
import { patiently } from '../insist.ts'
import { renderKey } from './cache-key.ts'
import { forgiving, untilStopped } from './forgiving.ts'
import { buildOf, keyFacts, scopeOf } from './key-facts.ts'
import { missingOf } from './look.ts'
import { withoutInner } from './persist.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'

/** As CircleCI keeps them unless the job says otherwise. */
const usualDays = 15

/**
 * Keeps files under a key, unless that key is taken: a cache never changes. Only a key that cannot be
 * made fails the step.
 */
export function saveCache(context: StepContext, step: SaveCacheStep): Promise<StepEnd> {
  return forgiving(context, 'the cache was not saved', async () => {
    const key = await renderKey(step.key, keyFacts(context))
    if (!key.ok) return refused(`error computing cache key: ${key.problem}`)
    return save(context, key.value, step.paths)
  })
}

async function save(context: StepContext, key: string, paths: readonly string[]): Promise<StepEnd> {
  const taken = await othersCache(context, key)
  if (taken) return skipped(context, taken)
  const there = await existing(context, paths)
  if (there === null) return succeeded
  await say(context, 'Creating cache archive...')
  const parts: CachePart[] = []
  for (const place of there) parts.push(await archived(context, place))
  await keep(context, { key, parts, build: buildOf(context) })
  // Somebody else may have been quicker.
  const quicker = await othersCache(context, key)
  if (quicker) return skipped(context, quicker)
  await say(context, `Stored Cache to ${key}`)
  for (const path of paths) await say(context, `  * ${context.environment.resolve(path)}`)
  return succeeded
}

/** The cache that has the key already; null: none, or our own from before a restart. */
async function othersCache(context: StepContext, key: string): Promise<SavedCache | null> {
  const { tools, task, control, index } = context
  const ask = () => tools.caches.exact(scopeOf(task), key)
  const cache = await patiently('cache', ask, { ...tools, control })
  return cache && (cache.taskId !== task.taskId || cache.step !== index) ? cache : null
}

async function keep(context: StepContext, cache: Cache): Promise<void> {
  const { tools, task, control, index } = context
  const days = task.body.cacheRetentionDays ?? usualDays
  const by = { taskId: task.taskId, step: index, days }
  const write = () => tools.caches.save(scopeOf(task), cache, by)
  await patiently('cache', write, { ...tools, control })
}

async function skipped(context: StepContext, { key, savedAt }: SavedCache): Promise<StepEnd> {
  await say(context, `Skipping cache generation, cache already exists for key: ${key}`)
  await say(context, `Found one created at ${new Date(savedAt).toISOString()}`)
  return succeeded
}

interface Place {
  readonly base: CachePart['base']
  readonly paths: readonly string[]
}

/** What there is of the paths, by place; null, and told, when there is nothing. */
async function existing(
  context: StepContext,
  paths: readonly string[],
): Promise<readonly Place[] | null> {
  const absolute = [...new Set(paths.map((path) => context.environment.resolve(path)))]
  const missing = await missingOf(context, 'missing', absolute)
  if (!missing.ok) throw new Error('the paths could not be looked at')
  for (const path of missing.value)
    await say(context, `Warning: skipping this path; there is no ${path}`)
  const found = absolute.filter((path) => !missing.value.has(path))
  if (found.length === 0) {
    await say(context, 'None of the paths exists: nothing was saved')
    return null
  }
  return placesOf(found, context.environment.resolve('~'))
}

/**
 * The home of a job may be elsewhere each time, so what is below it is kept relative to it. Everything
 * else comes back where it was.
 */
function placesOf(paths: readonly string[], home: string): readonly Place[] {
  const inHome = paths.filter((path) => path === home || path.startsWith(`${home}/`))
  const elsewhere = paths.filter((path) => !inHome.includes(path))
  const places: readonly Place[] = [
    { base: 'home', paths: relativeTo(home, inHome) },
    { base: 'root', paths: relativeTo('/', elsewhere) },
  ]
  return places.filter((place) => place.paths.length > 0)
}

const relativeTo = (base: string, paths: readonly string[]): readonly string[] =>
  withoutInner(paths.map((path) => posix.relative(base, path) || '.'))

export const baseOf = (base: CachePart['base']): string => (base === 'home' ? '~' : '/')

async function archived(context: StepContext, { base, paths }: Place): Promise<CachePart> {
  const { environment, tools } = context
  const tar = await environment.getTar(environment.resolve(baseOf(base)), paths)
  const through = new PassThrough()
  const [{ blob, size }] = await Promise.all([
    tools.blobs.put(through),
    pipeline(tar, through, { signal: untilStopped(context) }),
  ])
  return { base, blob, size, paths }
}
