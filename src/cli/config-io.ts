import type { Regex } from '../ports/regex.ts'

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
  const named = files.length === 0 ? [defaultConfig] : files
  const found: ConfigFile[] = []
  for (const file of named) {
    const text = await readConfig(file, io)
    if (text !== null) found.push({ file, text })
  }
  return { found, allRead: found.length === named.length }
}

async function readConfig(file: string, io: ConfigIo): Promise<string | null> {
  try {
    return file === '-' ? await io.readStdin() : await io.readFile(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    io.stderr(`sluice: cannot read ${file}: ${reason}`)
    return null
  }
}
