import { link, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Swept } from '../ports/blobs.ts'
import {
  blobsIn,
  draftsIn,
  type Found,
  fileOf,
  filesIn,
  hasCode,
  isBlobName,
  trashIn,
  unlessMissing,
} from './places.ts'

/**
 * Mark and sweep. What is old enough is listed first and the references are asked for afterwards: a
 * blob that was put before the list and referred to before the question is kept, one that is put again
 * after the list is young. `graceMs`: how long a blob may wait for its reference, and a draft for its
 * next byte.
 */
export async function sweepBlobs(
  directory: string,
  graceMs: number,
  referenced: () => Promise<ReadonlySet<string>>,
): Promise<Swept> {
  const before = Date.now() - graceMs
  const drafts = await removeDrafts(directory, before)
  for await (const { name } of filesIn(trashIn(directory)))
    if (isBlobName(name)) await settle(directory, name, before)
  const old: Found[] = []
  for await (const found of blobsIn(directory)) if (found.changedAt < before) old.push(found)
  const wanted = old.length > 0 ? await referenced() : new Set<string>()
  let [blobs, bytes] = [0, 0]
  for (const { name, size } of old) {
    if (wanted.has(name) || !(await remove(directory, name, before))) continue
    blobs++
    bytes += size
  }
  return { blobs, bytes, drafts }
}

/** Of processes that were killed: whoever still writes changes the file's time. */
async function removeDrafts(directory: string, before: number): Promise<number> {
  let removed = 0
  for await (const { file, changedAt } of filesIn(draftsIn(directory))) {
    if (changedAt >= before) continue
    await rm(file, { force: true })
    removed++
  }
  return removed
}

/**
 * Taken away under another name first: if somebody put the same content between the look at its age and
 * now, it is young, and comes back.
 */
async function remove(directory: string, blob: string, before: number): Promise<boolean> {
  await mkdir(trashIn(directory), { recursive: true })
  const moved = rename(fileOf(directory, blob), join(trashIn(directory), blob)).then(() => true)
  return (await unlessMissing(moved)) !== null && settle(directory, blob, before)
}

/** Decides about what is in the trash; false: it was put back. */
async function settle(directory: string, blob: string, before: number): Promise<boolean> {
  const file = join(trashIn(directory), blob)
  const stats = await unlessMissing(stat(file))
  if (!stats) return false
  const young = stats.mtimeMs >= before
  if (young) await restore(file, fileOf(directory, blob))
  await rm(file, { force: true })
  return !young
}

async function restore(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await link(from, to)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}
