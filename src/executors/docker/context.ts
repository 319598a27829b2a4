import type { Log } from '../../ports/log.ts'
import type { Engine } from './engine.ts'
import type { Owner } from './owner.ts'

/** What the parts of the docker executor work with. */
export interface Context {
  readonly engine: Engine
  readonly owner: Owner
  /** Null: one of our own, made when it is first needed. */
  readonly network: string | null
  /** What `machine` jobs run in. */
  readonly machineImage: string
  /** What a job's own Docker engine runs in. */
  readonly engineImage: string
  readonly log: Log
}
