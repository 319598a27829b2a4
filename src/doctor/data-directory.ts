import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Finding, fine, problem, warning } from './finding.ts'

const megabyte = 1024 * 1024
/** The database alone needs some 60 MB to begin; below that nothing works for long. */
const tooLittle = 200 * megabyte
const little = 2048 * megabyte

/** Whether it can be written, or made, and how much room there is. */
export async function dataDirectoryFinding(directory: string): Promise<Finding> {
  const check = 'data-directory'
  const elsewhere = 'or set SLUICE_DATA_DIR to a folder of that user'
  try {
    const existing = await nearest(directory)
    if (!(await stat(existing)).isDirectory())
      return problem(check, `${existing} is no folder`, `move it away, ${elsewhere}`)
    await access(existing, constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(existing)
    return roomFinding(
      existing === directory ? directory : `${directory} (not made yet)`,
      bavail * bsize,
    )
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return problem(
      check,
      `${directory} cannot be written: ${reason}`,
      `give it to the user that runs Sluice, ${elsewhere}`,
    )
  }
}

function roomFinding(name: string, free: number): Finding {
  const message = `${name} can be written, with ${Math.floor(free / megabyte)} MB free`
  const action = 'make room, or set SLUICE_DATA_DIR to a folder on a larger disk'
  if (free < tooLittle) return problem('data-directory', `${message}: too little`, action)
  return free < little
    ? warning('data-directory', `${message}: logs and workspaces soon fill that`, action)
    : fine('data-directory', message)
}

/** The folder itself, or the nearest one above that exists. */
async function nearest(path: string): Promise<string> {
  try {
    await stat(path)
    return path
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!missing || dirname(path) === path) throw error
    return nearest(dirname(path))
  }
}
