import { readFile } from 'node:fs/promises'
import { hasCode } from './processes.ts'

/** Null when there is no such file. */
export async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
