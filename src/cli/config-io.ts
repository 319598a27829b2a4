import type { Orbs } from '../ports/orbs.ts'
import type { Regex } from '../ports/regex.ts'
import { WrongCall } from './failure.ts'

/** What commands about configs need of the world. */
export interface ConfigIo {
  /** An answer, one line. */
  readonly stdout: (line: string) => void
  /** A diagnostic or a complaint; may hold line breaks. */
  readonly stderr: (text: string) => void
  /** Rejects when the file cannot be read. */
  readonly readFile: (path: string) => Promise<string>
  readonly readStdin: () => Promise<string>
  /** The branch that is checked out; null where there is none. */
  readonly currentBranch: () => Promise<string | null>
  readonly regex: Regex
  /**
   * Where orbs come from; `offline`: from this machine only. Loaded when the first orb is needed. Rejects
   * with `WrongCall` when a setting about orbs is wrong.
   */
  readonly orbs: (access: { readonly offline: boolean }) => Promise<Orbs>
  /** Text of a file of the checkout that holds `config`, by its path there; null: no such file. */
  readonly vendored: (config: string, path: string) => Promise<string | null>
}

const defaultConfig = '.circleci/config.yml'

/** The command's exit codes: yes, no, a wrong call. */
export const exitCodes = { yes: 0, no: 1, usage: 2 } as const

export interface ConfigFile {
  readonly file: string
  readonly text: string
}

/** Reads every named file (`-` is standard input); complains about each that cannot be read. */
export async function readConfigs(
  files: readonly string[],
  io: ConfigIo,
): Promise<{ readonly found: readonly ConfigFile[]; readonly allRead: boolean }> {
  const found: ConfigFile[] = []
  let allRead = true
  for await (const config of eachConfig(files, io))
    if (config === null) allRead = false
    else found.push(config)
  return { found, allRead }
}

/** Files whose text is kept at once: hundreds of configs must not cost the memory of hundreds. */
const readAhead = 8

/**
 * The configs one by one in the order of their names, a few read ahead; null for one that cannot be read,
 * after a complaint. Rejects with `WrongCall` when standard input is named twice: it can be read once.
 */
export async function* eachConfig(
  files: readonly string[],
  io: ConfigIo,
): AsyncGenerator<ConfigFile | null> {
  const named = files.length === 0 ? [defaultConfig] : files
  if (named.indexOf('-') !== named.lastIndexOf('-'))
    throw new WrongCall('standard input (-) can be named once only')
  const reading: Promise<Read>[] = []
  for (const file of named) {
    if (reading.length === readAhead) yield told(await reading.shift(), io)
    reading.push(read(file, io))
  }
  for (const next of reading) yield told(await next, io)
}

type Read = ConfigFile | { readonly file: string; readonly problem: string }

/** Never rejects: nobody awaits it yet. */
async function read(file: string, io: ConfigIo): Promise<Read> {
  try {
    return { file, text: file === '-' ? await io.readStdin() : await io.readFile(file) }
  } catch (error) {
    return { file, problem: problemOf(error) }
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isMissing = 'code' in error && error.code === 'ENOENT'
  return isMissing ? 'there is no such file; name a config, or - for standard input' : error.message
}

function told(config: Read | undefined, io: ConfigIo): ConfigFile | null {
  if (config === undefined) return null
  if ('text' in config) return config
  io.stderr(`sluice: cannot read ${config.file}: ${config.problem}`)
  return null
}
