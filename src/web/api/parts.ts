import type { Commit, Person, Ref, Repository } from '../../model/trigger.ts'
import type { Artifacts } from '../../ports/artifacts.ts'
import type { Blocks } from '../../ports/blocks.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Inbox } from '../../ports/inbox.ts'
import type { Logs } from '../../ports/logs.ts'
import type { Lookups } from '../../ports/lookups.ts'
import type { Tokens } from '../../ports/tokens.ts'
import type { Views } from '../../ports/views.ts'
import type { ContinueParts } from './continue.ts'

/** What the API is made of. */
export interface ApiParts extends ContinueParts {
  readonly tokens: Pick<Tokens, 'check'>
  readonly lookups: Lookups
  readonly blocks: Blocks
  readonly views: Pick<Views, 'pipeline' | 'job'>
  readonly artifacts: Pick<Artifacts, 'of'>
  readonly logs: Pick<Logs, 'read' | 'size'>
  readonly inbox: Inbox
  readonly clock: Clock
  readonly askGitHub: ApiQuestions
}

/** What is asked of GitHub before anything begins. Both may reject with `GitHubUnavailable`. */
export interface ApiQuestions {
  /** The commit that a branch or tag is at now; null: there is none of this name. */
  commitAt(repository: Repository, ref: Ref): Promise<Commit | null>
  /** By the policy that holds for re-runs. */
  mayBegin(
    repository: Repository,
    person: Person,
  ): Promise<{ readonly allowed: boolean; readonly because: string }>
}
