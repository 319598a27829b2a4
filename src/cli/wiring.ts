import type { Regex } from '../ports/regex.ts'

/** Where a command reads and writes. Answers go to `out`, diagnostics to `err`. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Standard input, for `-`. */
  readonly stdin: AsyncIterable<Uint8Array>
  /** Whether answers and diagnostics may hold colour codes. */
  readonly color: boolean
  /** Directory against which relative paths are read. */
  readonly cwd: string
}

/**
 * What the commands need from the rest of the program; `main.ts` makes it, so that this folder depends on
 * no adapter and a command loads only what it runs. Each function resolves to the exit code.
 */
export interface Wiring {
  readonly io: Io
  readonly version: string
  readonly regex: Regex
  /** `workers`: tasks at once in this process, 0 for none; null: as the settings say. */
  serve(options: { readonly workers: number | null }): Promise<number>
  work(): Promise<number>
  migrate(): Promise<number>
  demo(options: { readonly once: boolean }): Promise<number>
}
