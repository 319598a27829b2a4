import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the files of the store are below its directory. */
export const draftsIn = (directory: string): string => join(directory, 'drafts')
/** What is about to be removed, under the name of its blob. */
export const trashIn = (directory: string): string => join(directory, 'trash')
export const fileOf = (directory: string, blob: string): string =>
  join(directory, blob.slice(0, 2), blob)

export const isBlobName = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

export interface Found {
  readonly name: string
  readonly file: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

/** Every blob, one folder after the other. */
export async function* blobsIn(directory: string): AsyncGenerator<Found> {
  const folders = await namesIn(directory)
  for (const folder of folders.filter((name) => /^[0-9a-f]{2}$/.test(name)))
    for await (const found of filesIn(join(directory, folder)))
      if (isBlobName(found.name)) yield found
}

/** The files of a folder; none when there is no such folder. What vanishes meanwhile is left out. */
export async function* filesIn(folder: string): AsyncGenerator<Found> {
  for (const name of await namesIn(folder)) {
    const file = join(folder, name)
    const stats = await unlessMissing(stat(file))
    if (stats?.isFile()) yield { name, file, size: stats.size, changedAt: stats.mtimeMs }
  }
}

const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await unlessMissing(readdir(folder))) ?? []

/** Null instead of a rejection because there is no such file. */
export async function unlessMissing<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
