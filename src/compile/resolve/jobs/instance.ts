import type { JobType } from '../../../model/plan.ts'
import type { Place } from '../../read/located.ts'
import type { FiltersConfig } from '../../shape/filters.ts'
import type { Invocation } from '../../shape/invocation.ts'
import type { JobConfig } from '../../shape/job.ts'
import type { Combination } from './matrix.ts'

/** One job of a workflow before it has its final name: of an invocation with a matrix there are several. */
export interface Instance {
  readonly invocation: Invocation
  readonly at: Place
  /** `orb`: of an orb that is not at hand; `unknown`: there is none of that name, which was reported. */
  readonly type: JobType | 'orb' | 'unknown'
  /** The name that it asks for: others may ask for the same. */
  readonly wanted: string
  /** Another name that stands for all jobs of its matrix. */
  readonly alias: string | null
  readonly matrix: Combination | null
  readonly filters: FiltersConfig | null
  /** What its tasks run; null where that cannot be told, or nothing runs. */
  readonly body: JobConfig | null
  /** The call of a job group whose jobs it can require; null: those of the workflow. */
  readonly inside: Group | null
  /** The call of a job group whose jobs can require it; null: those of the workflow. */
  readonly visibleIn: Group | null
}

/** One call of a job group: its jobs require each other, and nobody outside requires them. */
export interface Group {
  readonly name: string
}
