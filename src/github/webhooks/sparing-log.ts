import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'

export type SparingLog = (facts: Readonly<Record<string, unknown>>, message: string) => void

const linesPerMinute = 20

/** Warnings that anybody on the network can cause: so many in a minute, then how many were left out. */
export function createSparingLog({ log, clock }: { log: Log; clock: Clock }): SparingLog {
  let minute = 0
  let lines = 0
  return (facts, message) => {
    const now = Math.floor(clock.now() / 60_000)
    const leftOut = lines - linesPerMinute
    if (now !== minute) {
      if (leftOut > 0) log.warn({ leftOut }, 'warnings of the last minutes were left out')
      minute = now
      lines = 0
    }
    lines++
    if (lines <= linesPerMinute) log.warn(facts, message)
  }
}
