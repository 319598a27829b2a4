import { randomUUID } from 'node:crypto'
import {
  EnvironmentLost,
  EnvironmentRefused,
  type StepOutcome,
  type StepSpec,
} from '../../ports/executor.ts'
import { runnerVariable, stepRunner } from '../runner.ts'
import { endOf } from './end.ts'
import { EngineSilent } from './engine.ts'
import { type Attached, outputOf, startIn } from './exec.ts'
import { follow } from './follow-step.ts'
import { GoneError } from './gone.ts'
import type { Open } from './open.ts'
import { pause } from './pause.ts'
import { beginProgram, follower, signalProgram } from './programs.ts'
import { stepDirectory, stepName } from './step-text.ts'

/** How long an engine may not answer before the step counts as lost. */
const patienceMs = 120_000
const againMs = 250

/**
 * Begins the step unless it was begun before; `text` is its entry. Resolves when a process in the
 * container has taken it on. Rejects with `GoneError` when there is no container.
 */
export async function beginStep(open: Open, step: StepSpec, text: string): Promise<void> {
  const process = await startStep(open, step, { text, follow: null })
  let said = ''
  try {
    for await (const { bytes } of process.frames) {
      said += bytes.toString()
      if (said.startsWith('begun\n')) return
    }
  } finally {
    process.close()
  }
  throw new EnvironmentLost(`the step could not be begun: ${said.trim() || 'no reason given'}`)
}

interface Following {
  /** The entry, in case that the step was not begun. */
  readonly text: string
  readonly from: number
  readonly signal: AbortSignal
}

/**
 * Begins the step at most once and follows it, over as many connections as it takes. Throws
 * `EnvironmentRefused` when the container ends through a fault of its own.
 */
export async function* runStep(
  open: Open,
  step: StepSpec,
  { text, from, signal }: Following,
): AsyncGenerator<Uint8Array, StepOutcome, void> {
  const cursor = { position: from }
  const connect = () => startStep(open, step, { text, follow: cursor.position })
  const name = stepName(open.id, step.id)
  let giveUpAt = Number.POSITIVE_INFINITY
  for (;;) {
    signal.throwIfAborted()
    const before = cursor.position
    const outcome = yield* follow(connect, { name, cursor, signal })
    if (outcome?.kind === 'exited') return explained(open, outcome)
    const end = await endUnlessSilent(open)
    if (end instanceof EnvironmentRefused) throw end
    if (outcome) return outcome
    if (end) return { kind: 'lost', because: end.message }
    if (cursor.position > before) giveUpAt = Number.POSITIVE_INFINITY
    giveUpAt = Math.min(giveUpAt, Date.now() + patienceMs)
    if (Date.now() >= giveUpAt) {
      return { kind: 'lost', because: `the Docker engine at ${open.engine.address} did not answer` }
    }
    await pause(againMs, signal)
  }
}

/** To the step's processes. Those that `sudo` made belong to another user, who must do it. */
export async function signalStep(
  open: Open,
  stepId: string,
  signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  const { engine, container, id, facts } = open
  const name = stepName(id, stepId)
  const words = ['/bin/sh', '-c', signalProgram, 'sluice-signal', stepDirectory(stepId), name]
  const env = { [runnerVariable]: name }
  const kind = signal.slice('SIG'.length)
  try {
    if (facts.uid !== 0) {
      await outputOf(engine, container, { words: [...words, kind, 'once'], user: '0', env })
    }
    await outputOf(engine, container, { words: [...words, kind], env })
  } catch (error) {
    if (error instanceof EnvironmentRefused || error instanceof GoneError) return
    if ((await endUnlessSilent(open)) !== null) return
    throw error
  }
}

function startStep(
  { engine, container, id }: Open,
  step: StepSpec,
  { text, follow: from }: { readonly text: string; readonly follow: number | null },
): Promise<Attached> {
  const name = stepName(id, step.id)
  const last = `#${randomUUID()}`
  const mode = from === null ? ['begin', '0'] : ['follow', `${from}`]
  const program = ['/bin/sh', '-c', beginProgram, 'sluice-begin', stepDirectory(step.id), name]
  const words = [...program, ...mode, last, stepRunner, follower]
  const command = { words, env: { [runnerVariable]: name }, takesInput: true }
  return startIn(engine, container, command).then((process) => {
    process.stdin.write(`${text}${text.endsWith('\n') ? '' : '\n'}${last}\n`)
    return process
  })
}

function explained(
  { memory }: Open,
  { code, oom }: { readonly code: number; readonly oom: boolean },
): StepOutcome {
  if (!oom || code === 0) return { kind: 'exited', code }
  const limit = memory === '' ? 'the machine had no more' : `the limit of the job is ${memory}`
  return { kind: 'exited', code, because: `A process was ended for want of memory: ${limit}.` }
}

/** Null while the environment is there, as far as anybody knows. */
async function endUnlessSilent({ engine, container }: Open): ReturnType<typeof endOf> {
  try {
    return await endOf(engine, container)
  } catch (error) {
    if (error instanceof EngineSilent) return null
    throw error
  }
}
