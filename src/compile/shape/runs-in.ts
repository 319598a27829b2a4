import type { RunsIn } from '../../model/plan.ts'
import type { Place } from '../read/located.ts'

/** One way to run, with what it says about the job around it. */
export interface RunsInConfig {
  readonly at: Place
  readonly runsIn: RunsIn
  readonly shell: string | null
  readonly resourceClass: string | null
}
