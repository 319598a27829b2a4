/** Why the embedded database cannot be had, in one sentence for the operator. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError'
}

/** The `code` of a system or PostgreSQL error, e.g. `ENOENT` or `57P03`; empty when it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** A failed file operation below the data directory as a sentence that names what to do. */
export function asFolderProblem(error: unknown, dataDir: string): EmbeddedError {
  if (error instanceof EmbeddedError) return error
  const cause = { cause: error }
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EmbeddedError(
        `Cannot write to the data directory ${dataDir} (${codeOf(error)}): give it to the user that runs Sluice, or set SLUICE_DATA_DIR to a folder of that user.`,
        cause,
      )
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(dataDir)
    default:
      return new EmbeddedError(
        `Cannot use the data directory ${dataDir}: ${messageOf(error)}.`,
        cause,
      )
  }
}

/** PostgreSQL's last words as a sentence: `what` happened, and the end of its own log. */
export function asServerProblem(what: string, dataDir: string, lines: readonly string[]): Error {
  const said = lines.join(' | ')
  if (/No space left on device|Disk quota exceeded/i.test(said)) return diskFull(dataDir)
  return new EmbeddedError(`${what}: ${said || 'it said nothing'}`)
}

const diskFull = (dataDir: string): EmbeddedError =>
  new EmbeddedError(
    `The disk that holds the data directory ${dataDir} is full: PostgreSQL needs about 60 MB to begin.`,
  )
