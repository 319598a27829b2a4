import type { Place } from '../read/located.ts'
import type { Report } from '../report.ts'
import type { Definition } from '../shape/elements.ts'
import type { ExecutorConfig } from '../shape/executor.ts'
import type { JobConfig } from '../shape/job.ts'

/**
 * What one compilation remembers: results that would come out the same again, what was looked at, and how
 * much room is left for what a config may expand to.
 */
export interface Memory {
  readonly jobs: Map<Definition, JobConfig>
  readonly executors: Map<Definition, ExecutorConfig | 'unknown'>
  /** Definitions that something called, so that their bodies were looked at. */
  readonly visited: Set<Definition>
  /** Branches of `when` that were looked at although they are not taken. */
  readonly veiled: Set<unknown>
  /** Every body that was read, for the rules about bodies. */
  readonly bodies: Body[]
  /** Steps and fields that may still be produced. */
  budget: number
  exhausted: Place | null
}

/** A job's body, and how to report about it. */
export interface Body {
  readonly job: JobConfig
  readonly report: Report
}

/** Twenty times what the largest real configs need. */
export const largestExpansion = 200_000

export const newMemory = (): Memory => ({
  jobs: new Map(),
  executors: new Map(),
  visited: new Set(),
  veiled: new Set(),
  bodies: [],
  budget: largestExpansion,
  exhausted: null,
})

/** Takes one piece from the budget; false when there is none left, which is noted once. */
export function afford(memory: Memory, at: Place): boolean {
  memory.budget -= 1
  if (memory.budget >= 0) return true
  memory.exhausted ??= at
  return false
}
