import type { Around } from '../model/event.ts'
import type { AutoCancel } from '../model/project-settings.ts'
import { isFromFork, isOfMergeQueue, type PullRequest, type Trigger } from '../model/trigger.ts'
import type { GitHub } from '../ports/github.ts'
import { type LenientParts, settingsOrNone } from './lenient-settings.ts'

interface Parts extends LenientParts {
  readonly github: GitHub
}

export interface Surroundings extends Around {
  /** Why nothing is built; null: it is. */
  readonly declined: string | null
}

/**
 * What the repository and GitHub say about the branch of a pipeline, asked while its config is read: two
 * requests, and a third where newer pipelines cancel older ones. Null: nothing depends on it.
 */
export async function around(parts: Parts, trigger: Trigger): Promise<Surroundings | null> {
  if (!isAsked(trigger)) return null
  const [settings, open] = await Promise.all([
    settingsOrNone(parts, trigger.repository),
    openOnes(parts, trigger),
  ])
  const { onlyBuildPullRequests = false, autoCancel = 'never' } = settings ?? {}
  const declines = onlyBuildPullRequests && trigger.type === 'push' && open?.length === 0
  return {
    pullRequests: open ?? [],
    onlyBuildPullRequests,
    cancelsOlder: (await isNewest(parts, trigger, autoCancel)) && !declines,
    declined: declines ? `${trigger.ref.name} has no open pull request` : null,
  }
}

const isAsked = ({ type, ref }: Trigger): boolean =>
  ref.kind === 'branch' && (type === 'push' || type === 'api' || type === 'pull-request')

/** Null: unknown, or not asked since the branch is built anyway. What the trigger knows is not asked again. */
async function openOnes(
  { github }: Parts,
  { ref, repository, pullRequests = [] }: Trigger,
): Promise<readonly PullRequest[] | null> {
  if (pullRequests.length > 0) return pullRequests
  if (ref.name === repository.defaultBranch || isOfMergeQueue(ref)) return null
  return github.openPullRequests(repository, ref.name)
}

/**
 * Whether pipelines before this one are redundant. Webhooks come in any order, so that only the pipeline of
 * the branch's head may say so.
 */
async function isNewest(
  { github }: Parts,
  trigger: Trigger,
  autoCancel: AutoCancel,
): Promise<boolean> {
  const { ref, repository, commit } = trigger
  if (autoCancel === 'never') return false
  if (autoCancel === 'off-default-branch' && ref.name === repository.defaultBranch) return false
  // Looked at when it was let in, and again would not tell more.
  if (isFromFork(trigger)) return true
  return (await github.head(repository, ref.name))?.sha === commit.sha
}
