import type { Engine } from './engine.ts'
import type { Facts } from './facts.ts'

/** An environment whose containers are there. */
export interface Open {
  readonly engine: Engine
  readonly id: string
  /** The primary container, by the engine's own id: another one with its name is not meant. */
  readonly container: string
  readonly facts: Facts
  /** Of its processes together, in words; empty: no limit. */
  readonly memory: string
}
