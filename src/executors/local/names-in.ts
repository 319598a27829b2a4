import { readdir } from 'node:fs/promises'
import { hasCode } from './processes.ts'

/** Null when there is no such directory. */
export async function namesIn(directory: string): Promise<readonly string[] | null> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
