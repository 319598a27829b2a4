import type { WorkerId } from '../model/ids.ts'
import type { Tools } from './tools.ts'

const renewMs = 3000
/** As long as the database lets a lease live. */
const leaseMs = 9000
const retryMs = 500

/**
 * Renews the worker's lease until `signal` aborts, or until it is lost: the database says so, or could
 * not be asked for so long that it must be.
 */
export async function keepLease(
  { tasks, clock, log }: Pick<Tools, 'tasks' | 'clock' | 'log'>,
  id: WorkerId,
  signal: AbortSignal,
): Promise<void> {
  const lost = (): void => log.warn({ worker: id }, 'the lease is lost; its tasks are let go')
  let renewed = clock.now()
  let pause = renewMs
  for (;;) {
    await clock.sleep(pause, signal)
    if (signal.aborted) return
    try {
      const asked = clock.now()
      if (!(await tasks.renew(id))) return lost()
      renewed = asked
      pause = renewMs
    } catch (error) {
      log.warn({ worker: id, error: String(error) }, 'the lease could not be renewed')
      if (clock.now() - renewed > leaseMs) return lost()
      pause = retryMs
    }
  }
}
