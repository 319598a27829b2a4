/** A wrong call of a command: told in one line, exit code 2. */
export class WrongCall extends Error {
  override readonly name = 'WrongCall'
}

/** The exit code of whatever went wrong unexpectedly. */
export const broken = 3

/**
 * What went wrong, for the terminal. A wrong call and an error of the system (no such file, no rights) are
 * one line; of anything else the stack is told too, since it is a bug of ours.
 */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return `sluice: ${String(error)}`
  const isOurs = !(error instanceof WrongCall || 'syscall' in error)
  return `sluice: ${(isOurs && error.stack) || error.message}`
}
