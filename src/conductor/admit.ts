import type { Effect } from '../model/effect.ts'
import type { Admission, Event } from '../model/event.ts'
import type { ForkPolicy, ProjectSettings } from '../model/project-settings.ts'
import { type Commit, isFromFork, type Trigger } from '../model/trigger.ts'
import type { Clock } from '../ports/clock.ts'
import type { GitHub } from '../ports/github.ts'
import { type LenientParts, settingsOrNone } from './lenient-settings.ts'
import { readOnDefaultBranch } from './on-default-branch.ts'

interface Parts extends LenientParts {
  readonly github: GitHub
  readonly clock: Clock
  /** Where the repository does not say. */
  readonly forks: ForkPolicy
}

type Asked = Extract<Effect, { readonly type: 'admit' }>

/**
 * Asks what an event of a pull request depends on; null when nothing can come of it. GitHub's payload does
 * not tell the message of the commit, so that is asked as well.
 */
export async function admit(
  parts: Parts,
  { pipelineId, trigger: told }: Asked,
): Promise<Event | null> {
  const settings = await settingsOrNone(parts, told.repository)
  const admission = admissionOf(told, settings, parts.forks)
  const expected = isFromFork(told)
    ? await isExpected(parts, told)
    : admission.wanted || admission.opensBranch
  if (!expected) return null
  const commit = await commitOf(parts, told)
  if (commit === null) return null
  const trigger = { ...told, commit }
  return { type: 'admitted', pipelineId, at: parts.clock.now(), trigger, admission }
}

/** Settings with errors let nobody in by themselves. */
function admissionOf(
  { event }: Trigger,
  settings: ProjectSettings | null,
  forks: ForkPolicy,
): Admission {
  const { onlyBuildPullRequests = false, pullRequestActions = [] } = settings ?? {}
  const wanted: readonly string[] = pullRequestActions
  return {
    forks: settings === null ? 'hold' : (settings.forks ?? forks),
    wanted: wanted.includes(event.action),
    opensBranch: onlyBuildPullRequests && ['opened', 'reopened'].includes(event.action),
  }
}

/**
 * Whether a fork's pull request still is as the event says, and the repository uses Sluice at all: an App
 * that is installed everywhere stays silent elsewhere. Events come late and in any order.
 */
async function isExpected({ github, configPath }: Parts, trigger: Trigger): Promise<boolean> {
  const { repository, commit, event } = trigger
  const [now, config] = await Promise.all([
    github.pullRequest(repository, Number(event.values['pull_request.number'])),
    readOnDefaultBranch(github, repository, configPath),
  ])
  // Where the App may not ask, the event is believed.
  return config !== null && (now === null || (now.open && now.head === commit.sha))
}

/** A closed pull request has nothing more to say: its base is built, as it is now. */
const commitOf = (
  { github }: Parts,
  { event, repository, ref, commit }: Trigger,
): Promise<Commit | null> =>
  event.action === 'closed'
    ? github.head(repository, ref.name)
    : github.commit(repository, commit.sha)
