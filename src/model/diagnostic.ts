export type Severity = 'error' | 'warning' | 'hint' | 'info'

/** A stretch of source text. Lines and columns count from 1; the end is exclusive. */
export interface Where {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** One finding about a config: searchable by its code in the source, `sluice explain` and the tests. */
export interface Diagnostic {
  /** From the catalogue of codes, e.g. `unknown-job`. */
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly file: string
  readonly where: Where
  /** What to do about it; null when the message says it all. */
  readonly hint: string | null
  /** Path inside the document, e.g. `jobs.build.steps[3].run`; empty for the whole file. */
  readonly path: string
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error')
