import { err, ok, type Result } from '../../model/result.ts'
import { type Followed, followStep } from './follow.ts'
import { endOf } from './run.ts'
import { refused, type StepContext, type StepEnd } from './step.ts'

/** A command of ours in the job's environment, whose output is for us and not for the log. */
export interface Inside {
  /** Tells it from the step's other commands. */
  readonly name: string
  /** For /bin/sh. What comes from outside arrives in variables. */
  readonly script: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Words; without them /bin/sh, which reads none of the job's files. */
  readonly shell?: readonly string[] | null
}

export interface Said {
  readonly code: number
  readonly output: Buffer
}

/** As much as a config may have. */
const mostBytes = 8 * 1024 * 1024
const silenceMs = 10 * 60 * 1000

/**
 * Runs the command to its end. It is begun at most once, also when the step is done again after a
 * restart: then its output is read again. A problem is how the step must end.
 */
export async function inside(
  context: StepContext,
  { name, script, env = {}, cwd, shell = ['/bin/sh', '-e'] }: Inside,
): Promise<Result<Said, StepEnd>> {
  const { tools, index, variables } = context
  const parts: Uint8Array[] = []
  const write = async (bytes: Uint8Array) => void parts.push(bytes)
  const log = { write, end: async () => {} }
  const bounded = { ...tools, limits: { ...tools.limits, outputBytes: mostBytes } }
  const followed = await followStep(
    { ...context, log, from: 0, tools: bounded },
    { id: `${index}-${name}`, script, env: { ...variables, ...env }, cwd: cwd ?? null, shell },
    silenceMs,
  )
  if (followed.kind === 'exited') return ok({ code: followed.code, output: Buffer.concat(parts) })
  return err(endOfOurs(context, followed))
}

const endOfOurs = (context: StepContext, followed: Followed): StepEnd =>
  followed.kind === 'stopped' && followed.why === 'flood'
    ? refused(`more than ${mostBytes} bytes, which is as much as a config may have`)
    : endOf(context, followed, silenceMs)

const noSuchFile = 3

/** Text of a file of the job's environment; null: there is no such file. */
export async function readFileInside(
  context: StepContext,
  name: string,
  path: string,
): Promise<Result<string | null, StepEnd>> {
  const script = `[ -f "$READ_FILE" ] || exit ${noSuchFile}\nexec cat -- "$READ_FILE"`
  const env = { READ_FILE: context.environment.resolve(path) }
  const said = await inside(context, { name, script, env })
  if (!said.ok) return said
  const { code, output } = said.value
  if (code === noSuchFile) return ok(null)
  const text = code === 0 ? decoded(output) : null
  if (text !== null) return ok(text)
  return err(
    refused(
      code === 0 ? `${path} is no UTF-8 text` : `${path} could not be read: ${lastLine(output)}`,
    ),
  )
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

const endOfText = 'SLUICE-END-OF-TEXT'

/** Writes a text with a line end at its end; folders are made. */
export async function writeFileInside(
  context: StepContext,
  name: string,
  file: { readonly path: string; readonly text: string },
): Promise<Result<null, StepEnd>> {
  const mark = freeMark(file.text)
  const text = file.text.endsWith('\n') || file.text === '' ? file.text : `${file.text}\n`
  const script = `mkdir -p -- "$(dirname -- "$WRITE_FILE")"\ncat > "$WRITE_FILE" <<'${mark}'\n${text}${mark}\n`
  const env = { WRITE_FILE: context.environment.resolve(file.path) }
  const said = await inside(context, { name, script, env })
  if (!said.ok) return said
  const { code, output } = said.value
  return code === 0
    ? ok(null)
    : err(refused(`${file.path} could not be written: ${lastLine(output)}`))
}

function freeMark(text: string): string {
  let mark = endOfText
  while (text.includes(mark)) mark += '-'
  return mark
}

/** What a failed command said at last. */
export const lastLine = (output: Buffer): string =>
  output.toString().trimEnd().split('\n').at(-1)?.slice(0, 500) || 'it gave no reason'
