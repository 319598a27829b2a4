import { EnvironmentLost } from '../ports/executor.ts'

/** What people are told about an error on our side: in the infrastructure's own words, else that it is ours. */
export function reasonOf(error: unknown): string {
  if (error instanceof EnvironmentLost) return error.message
  return `an error in Sluice itself: ${error instanceof Error ? error.message : String(error)}`
}
