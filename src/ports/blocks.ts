import type { Block, BlockScope } from '../model/block.ts'
import type { Repository } from '../model/trigger.ts'

/** Where no new work may begin. */
export interface Blocks {
  /** Replaces the reason where the scope is blocked already. */
  put(scope: BlockScope, reason: string): Promise<void>
  /** False: it was not blocked. */
  lift(scope: BlockScope): Promise<boolean>
  /** The widest first. */
  list(): Promise<readonly Block[]>
  /** The widest that holds for the repository; null: none does. */
  of(repository: Pick<Repository, 'owner' | 'name'>): Promise<Block | null>
}
