import { unreachable } from '../model/result.ts'
import { type Finding, fine, problem, warning } from './finding.ts'
import type { DoctorParts } from './parts.ts'

export async function databaseFinding({ database }: DoctorParts): Promise<Finding> {
  const state = await database()
  switch (state.kind) {
    case 'ready':
      return fine('database', `${state.what} answers and is up to date`)
    case 'not-made':
      return fine('database', 'the embedded one is made at the first start')
    case 'not-migrated':
      return warning(
        'database',
        state.message,
        '`sluice migrate` brings it up to date, and so does the next start of `sluice serve`',
      )
    case 'failed':
      return problem(
        'database',
        state.message,
        'mend that, or set DATABASE_URL to another database',
      )
    default:
      return unreachable(state)
  }
}
