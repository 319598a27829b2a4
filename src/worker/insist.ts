import { type Control, LetGo } from './control.ts'
import type { Tools } from './tools.ts'

/** A database that does not answer for this long will not be waited for; the lease is gone by then. */
const patienceMs = 60_000

type Around = Pick<Tools, 'clock' | 'log'> & { readonly control: Control }

/**
 * Repeats what the database is asked until it answers: a restart of it must not cost a job. Rejects with
 * `LetGo`, or with the last error when the patience is over.
 */
export async function patiently<Value>(
  what: string,
  ask: () => Promise<Value>,
  { control, clock, log }: Around,
): Promise<Value> {
  const deadline = clock.now() + patienceMs
  for (let pause = 50; ; pause = Math.min(pause * 2, 2000)) {
    control.letGo.throwIfAborted()
    try {
      return await ask()
    } catch (error) {
      if (clock.now() > deadline) throw error
      log.warn({ what, error: String(error) }, 'the database did not answer; it is asked again')
      await clock.sleep(pause, control.letGo)
    }
  }
}

/** A write under the task's claim. When the claim is old the task is let go, and this rejects with `LetGo`. */
export async function insist(
  what: string,
  write: () => Promise<boolean>,
  around: Around,
): Promise<void> {
  if (await patiently(what, write, around)) return
  around.control.drop()
  around.control.letGo.throwIfAborted()
}

/** Whether the error says no more than that the task is not ours any more. */
export const isLetGo = (error: unknown): boolean => error instanceof LetGo
