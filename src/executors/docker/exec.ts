import type { Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { EnvironmentRefused } from '../../ports/executor.ts'
import { numberAt, textAt } from './answer.ts'
import { endOf } from './end.ts'
import { type Engine, EngineRefused, EngineSilent } from './engine.ts'
import { type Frame, framesOf } from './frames.ts'
import { GoneError } from './gone.ts'

export interface Command {
  readonly words: readonly string[]
  /** Null: the container's own. */
  readonly user?: string
  /** Beside the container's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Else its standard input is empty. */
  readonly takesInput?: boolean
}

/** A process that was started in a container, and the connection to it. It outlives the connection. */
export interface Attached {
  readonly stdin: Duplex
  /** To be read once. */
  readonly frames: AsyncGenerator<Frame, void, undefined>
  /** Once `frames` has ended; null when it runs on. */
  code(): Promise<number | null>
  close(): void
}

/**
 * Rejects with `GoneError` when the container is not there or does not run, with `EnvironmentRefused` when
 * its own fault ended it.
 */
export async function startIn(
  engine: Engine,
  container: string,
  command: Command,
): Promise<Attached> {
  const id = await created(engine, container, command)
  const socket = await engine.connect(`/exec/${id}/start`, { Detach: false, Tty: false })
  // Whoever reads or writes hears of it.
  socket.on('error', () => undefined)
  return {
    stdin: socket,
    frames: heard(engine, framesOf(socket)),
    code: async () => {
      const state = await engine.call('GET', `/exec/${id}/json`)
      return numberAt(state, 'ExitCode')
    },
    close: () => socket.destroy(),
  }
}

/** Whatever breaks here is the connection. */
async function* heard(
  engine: Engine,
  frames: AsyncGenerator<Frame, void, undefined>,
): AsyncGenerator<Frame, void, undefined> {
  try {
    yield* frames
  } catch (error) {
    throw new EngineSilent(`the connection to the Docker engine at ${engine.address} broke`, {
      cause: error,
    })
  }
}

/**
 * Runs a short program of ours to its end. Rejects with what it said when it does not end well.
 *
 * What it says before its input has ended may get lost: where TLS is between, Node.js throws away what
 * arrives in the moment in which it ends its own direction. So nothing is ended where there is no input.
 */
export async function outputOf(
  engine: Engine,
  container: string,
  command: Omit<Command, 'takesInput'>,
  input: Readable | null = null,
): Promise<string> {
  const process = await startIn(engine, container, { ...command, takesInput: input !== null })
  const fed = input && pipeline(input, process.stdin)
  const [read, sent] = await Promise.allSettled([allOf(process.frames), fed])
  if (read.status === 'rejected') throw read.reason
  const code = await process.code()
  process.close()
  if (code !== 0) throw new HelperFailed(code, read.value.stderr || read.value.stdout)
  if (sent.status === 'rejected') throw sent.reason
  return read.value.stdout
}

/** A program of ours in a container did not end well. */
export class HelperFailed extends Error {
  override readonly name = 'HelperFailed'
  constructor(code: number | null, said: string) {
    super(said.trim() || `the helper in the container ended with ${code ?? 'no exit code'}`)
  }
}

async function created(engine: Engine, container: string, command: Command): Promise<string> {
  const body = {
    AttachStdin: command.takesInput === true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    Cmd: command.words,
    ...(command.user !== undefined && { User: command.user }),
    ...(command.env && {
      Env: Object.entries(command.env).map(([key, value]) => `${key}=${value}`),
    }),
  }
  try {
    const answer = await engine.call('POST', `/containers/${container}/exec`, { body })
    return textAt(answer, 'Id') ?? ''
  } catch (error) {
    // 409: it does not run, or is paused.
    if (!(error instanceof EngineRefused && [404, 409].includes(error.status))) throw error
    const end = await endOf(engine, container)
    throw end instanceof EnvironmentRefused ? end : new GoneError()
  }
}

const longestSaid = 64 * 1024 * 1024

async function allOf(frames: AsyncIterable<Frame>) {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  let size = 0
  for await (const { from, bytes } of frames) {
    size += bytes.length
    if (size > longestSaid) throw new Error('the helper in the container said too much')
    parts[from].push(bytes)
  }
  const text = (from: Frame['from']): string => Buffer.concat(parts[from]).toString()
  return { stdout: text('stdout'), stderr: text('stderr') }
}
