import type { LogWriter } from '../log-writer.ts'

/**
 * The log of a step that is done again from its beginning after a restart, and then says the same again:
 * the first `stored` bytes are left out, since they are stored.
 */
export interface ResumedLog extends LogWriter {
  /** True while what is written is only repeated. */
  repeats(): boolean
}

export function resumedLog(log: LogWriter, stored: number): ResumedLog {
  let left = stored
  return {
    repeats: () => left > 0,
    write: async (bytes) => {
      const known = Math.min(left, bytes.length)
      left -= known
      if (known < bytes.length) await log.write(bytes.subarray(known))
    },
    end: () => log.end(),
  }
}
