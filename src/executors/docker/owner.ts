import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Of a data directory, over restarts: several may share one engine. */
export type Owner = string

/** Reads the data directory's own id, and gives it one at the first time. */
export async function ownerOf(dataDir: string): Promise<Owner> {
  await mkdir(dataDir, { recursive: true })
  const file = join(dataDir, 'docker-owner')
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, randomUUID(), { mode: 0o600 })
  try {
    // Whole or not at all, and only one of several processes.
    await link(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
  return (await readFile(file, 'utf8')).trim()
}
