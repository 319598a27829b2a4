import type { BlobKeeping, BlobReferences } from '../ports/blobs.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'

export interface KeepingParts {
  readonly blobs: BlobKeeping
  readonly references: BlobReferences
  readonly clock: Clock
  readonly log: Log
}

const everyMs = 60 * 60 * 1000

/** Clears up at once and then each hour, until stopped. A failure waits for the next round. */
export function startKeeping(parts: KeepingParts): { stop(): Promise<void> } {
  const stopped = new AbortController()
  const rounds = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await clearUp(parts)
      await parts.clock.sleep(everyMs, stopped.signal)
    }
  }
  const done = rounds()
  return {
    stop: async () => {
      stopped.abort()
      await done
    },
  }
}

async function clearUp({ blobs, references, log }: KeepingParts): Promise<void> {
  try {
    const expired = await references.expire()
    const swept = await blobs.sweep(() => references.referenced())
    if (expired + swept.blobs + swept.drafts > 0)
      log.info({ expired, ...swept }, 'removed what is not kept any longer')
    await makeRoom({ blobs, references, log })
  } catch (error) {
    log.warn({ error: String(error) }, 'the storage could not be cleared up')
  }
}

/** Caches can be made again; without room, what jobs hand to each other could not be kept. */
async function makeRoom({ blobs, references, log }: Omit<KeepingParts, 'clock'>): Promise<void> {
  let caches = 0
  while (await blobs.nearlyFull()) {
    const dropped = await references.dropOldCaches()
    if (dropped === 0) break
    caches += dropped
    await blobs.sweep(() => references.referenced())
  }
  if (caches > 0) log.warn({ caches }, 'the storage is nearly full: removed the oldest caches')
}
