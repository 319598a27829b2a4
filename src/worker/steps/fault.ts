import { err, ok, type Result } from '../../model/result.ts'
import { EnvironmentLost } from '../../ports/executor.ts'

/**
 * Does something with the job's files, and tells its faults (a path that is not there, no permission)
 * from ours: errors of the system or the database carry a code.
 */
export async function ofTheJob<Value>(work: () => Promise<Value>): Promise<Result<Value, string>> {
  try {
    return ok(await work())
  } catch (error) {
    if (!(error instanceof Error) || error instanceof EnvironmentLost || 'code' in error)
      throw error
    return err(error.message)
  }
}
