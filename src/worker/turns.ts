import type { Tools } from './tools.ts'

/** Hints make the common case fast; this is the floor when one is lost. */
const pollMs = 1000
const afterFailureMs = 500

/** Takes turns until `signal` aborts: one now, then one after each hint and at least one a second. */
export async function takeTurns(
  turn: () => Promise<void>,
  subscribe: (hint: () => void) => () => void,
  { clock, log, signal }: Pick<Tools, 'clock' | 'log'> & { readonly signal: AbortSignal },
): Promise<void> {
  let hinted = false
  let rest = new AbortController()
  const unsubscribe = subscribe(() => {
    hinted = true
    rest.abort()
  })
  while (!signal.aborted) {
    let pause = pollMs
    hinted = false
    try {
      await turn()
    } catch (error) {
      log.warn({ error: String(error) }, 'a turn of the worker failed; it is tried again')
      pause = afterFailureMs
    }
    rest = new AbortController()
    if (!hinted) await clock.sleep(pause, AbortSignal.any([rest.signal, signal]))
  }
  unsubscribe()
}
