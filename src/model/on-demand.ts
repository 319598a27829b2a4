import type { Commit, Person, Ref, Repository, Scalar, Trigger } from './trigger.ts'

export interface OnDemand {
  readonly repository: Repository
  readonly ref: Ref
  /** What the ref is at now. */
  readonly commit: Commit
  /** Who asked for it: a person, or the token that did. */
  readonly actor: Person
  /** Milliseconds since 1970. */
  readonly at: number
  readonly parameters: Readonly<Record<string, Scalar>>
}

/** The trigger of a pipeline that nobody pushed for: CircleCI's `api`. */
export const onDemandTrigger = ({ at, ...about }: OnDemand): Trigger => ({
  ...about,
  type: 'api',
  before: null,
  event: { name: 'api', action: 'api', values: {} },
  receivedAt: at,
})

/** Whether it was begun on demand, also where a re-run began it once more. */
export const isOnDemand = ({ event }: Trigger): boolean => event.name === 'api'

/** Somebody who is nobody of GitHub's: no person has this id, and no login a blank. */
export const tokenActor = (name: string): Person => ({
  id: 0,
  login: `token ${name}`,
  type: 'Token',
})
