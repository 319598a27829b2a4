import type { StepOutcome, StepSpec } from '../../ports/executor.ts'
import type { StepContext } from './step.ts'

export type Followed =
  | StepOutcome
  /** We ended it. */
  | { readonly kind: 'stopped'; readonly why: Why }

type Why = 'halt' | 'silence' | 'flood'

/**
 * Begins the step (at most once) and carries its output to the log until it ends. Ends it, first kindly,
 * when the job must end, when it is silent for `silenceMs`, or when it prints more than is allowed.
 * Rejects with `LetGo` when the task is let go: the step then runs on.
 */
export async function followStep(
  context: StepContext,
  spec: StepSpec,
  silenceMs: number,
): Promise<Followed> {
  const { environment, control, from } = context
  const guard = guardOf(context, spec.id, silenceMs)
  try {
    const run = environment.run(spec, {
      from,
      signal: AbortSignal.any([control.letGo, guard.gone]),
    })
    const outcome = await carry(run, context, guard)
    const why = guard.why()
    return why === null || outcome.kind === 'lost' ? outcome : { kind: 'stopped', why }
  } finally {
    guard.close()
  }
}

async function carry(
  run: AsyncGenerator<Uint8Array, StepOutcome, void>,
  context: StepContext,
  guard: Guard,
): Promise<StepOutcome> {
  const { log, tools, from } = context
  let size = from
  return eachChunk(run, async (bytes) => {
    guard.heard()
    const room = Math.max(0, tools.limits.outputBytes - size)
    size += bytes.length
    if (room > 0) await log.write(bytes.subarray(0, room))
    if (room < bytes.length) guard.stop('flood')
  })
}

/** Takes the output of a step piece by piece, and lets go of it also when a piece cannot be taken. */
export async function eachChunk(
  run: AsyncGenerator<Uint8Array, StepOutcome, void>,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<StepOutcome> {
  try {
    for (;;) {
      const next = await run.next()
      if (next.done) return next.value
      await take(next.value)
    }
  } finally {
    await run.return({ kind: 'lost', because: 'nobody follows the step any more' })
  }
}

interface Guard {
  /** The step has printed something. */
  heard(): void
  stop(why: Why): void
  why(): Why | null
  /** Aborts when the step could not be ended. */
  readonly gone: AbortSignal
  close(): void
}

function guardOf(context: StepContext, stepId: string, silenceMs: number): Guard {
  const { tools, control } = context
  const over = new AbortController()
  const gone = new AbortController()
  let last = tools.clock.now()
  let why: Why | null = null
  const stop = (reason: Why): void => {
    if (why !== null || over.signal.aborted) return
    why = reason
    end(context, stepId, over.signal).catch((error: unknown) => gone.abort(error))
  }
  const onHalt = (): void => stop('halt')
  control.halted.addEventListener('abort', onHalt)
  if (control.halted.aborted) onHalt()
  void untilSilent(context, { last: () => last, silenceMs, over: over.signal }).then(
    (silent) => silent && stop('silence'),
  )
  return {
    heard: () => {
      last = tools.clock.now()
    },
    stop,
    why: () => why,
    gone: gone.signal,
    close: () => {
      over.abort()
      control.halted.removeEventListener('abort', onHalt)
    },
  }
}

async function end(context: StepContext, stepId: string, over: AbortSignal): Promise<void> {
  const { environment, tools, control } = context
  await environment.signal(stepId, 'SIGTERM')
  await tools.clock.sleep(tools.limits.graceMs, AbortSignal.any([over, control.letGo]))
  if (over.aborted || control.letGo.aborted) return
  await environment.signal(stepId, 'SIGKILL')
}

/** True when nothing was heard for `silenceMs`; false when the step was over before. */
async function untilSilent(
  { tools }: StepContext,
  watch: { readonly last: () => number; readonly silenceMs: number; readonly over: AbortSignal },
): Promise<boolean> {
  for (;;) {
    const left = watch.last() + watch.silenceMs - tools.clock.now()
    if (left <= 0) return true
    await tools.clock.sleep(Math.min(left, 0x7fffffff), watch.over)
    if (watch.over.aborted) return false
  }
}
