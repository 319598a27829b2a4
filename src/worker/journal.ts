import type { StepRecord } from '../ports/tasks.ts'
import type { Control } from './control.ts'
import { insist } from './insist.ts'
import type { Tools } from './tools.ts'

/**
 * Records the steps of a task in their order, one write at a time, while the steps go on. Of two states
 * of one step only the newer is written when the older has not left yet. What is recorded as ended had
 * its log stored before, and all before it is recorded too: a restarted worker can build on it.
 */
export interface Journal {
  /** Written after `stored` resolves, which may be the end of the step's log. */
  record(step: StepRecord, stored?: Promise<void>): void
  /** Resolves when everything recorded is stored. */
  settled(): Promise<void>
}

interface Entry {
  readonly step: StepRecord
  readonly stored: Promise<void>
}

export function openJournal(
  tools: Pick<Tools, 'steps' | 'clock' | 'log'>,
  control: Control,
  claim: number,
): Journal {
  const waiting = new Map<number, Entry>()
  let writing: Promise<void> | null = null

  const writeAll = async (): Promise<void> => {
    for (const [index, entry] of waiting) {
      await entry.stored
      if (waiting.get(index) !== entry) continue
      waiting.delete(index)
      const write = () => tools.steps.record(claim, entry.step)
      await insist('step', write, { control, ...tools })
    }
  }
  const start = (): void => {
    if (writing) return
    const turn = writeAll().then(() => {
      writing = null
      if (waiting.size > 0) start()
    })
    writing = turn
    // `settled` reports it; a failed journal stays failed.
    turn.catch(() => undefined)
  }
  return {
    record: (step, stored = Promise.resolve()) => {
      // Its failure is heard when the entry's turn comes.
      stored.catch(() => undefined)
      waiting.set(step.index, { step, stored })
      start()
    },
    settled: async () => {
      while (writing) await writing
    },
  }
}
