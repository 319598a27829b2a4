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
  let written: Promise<void> = Promise.resolve()

  const write = async (index: number): Promise<void> => {
    const entry = waiting.get(index)
    waiting.delete(index)
    if (!entry) return
    await entry.stored
    const record = () => tools.steps.record(claim, entry.step)
    await insist('step', record, { control, ...tools })
  }
  return {
    record: (step, stored = Promise.resolve()) => {
      const queued = waiting.has(step.index)
      waiting.set(step.index, { step, stored })
      if (!queued) written = written.then(() => write(step.index))
      // `settled` reports failures; after one nothing more is written.
      stored.catch(() => undefined)
      written.catch(() => undefined)
    },
    settled: () => written,
  }
}
