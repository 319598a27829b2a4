import { type CommitSha, derivedId, type PipelineId } from '../model/ids.ts'
import {
  branchOf,
  type EventFacts,
  type Ref,
  type Scalar,
  type Trigger,
  tagOf,
} from '../model/trigger.ts'

/** What compiling needs to know of an event. */
export interface TriggerFacts {
  readonly ref: Ref
  /** Null where no commit is at hand, on the command line. */
  readonly sha: CommitSha | null
  readonly event: EventFacts
  /** `pipeline.*` values by their full name; `pipeline.event.github.*` are in `event`. */
  readonly values: Values
  /** Pipeline parameters that came with the event. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Not null: a setup job continues its pipeline with this config. */
  readonly continuation: Continuation | null
}

export type Values = Readonly<Record<string, Scalar>>

/** What a continuation brings along, beside the config's text. */
export interface Continuation {
  readonly parameters: Readonly<Record<string, unknown>>
  /** Parameters that it must not give, because the trigger did; see `Setup.taken`. */
  readonly taken: readonly string[]
}

/** A pipeline of a project, as it is numbered and named. */
interface PipelineIdentity {
  readonly number: number
  readonly id: PipelineId
  /** Where its config is, in the repository. */
  readonly configPath: string
}

/** The facts of a trigger that began pipeline `number` of its project, whose config is at `configPath`. */
export function factsOf(
  trigger: Trigger,
  number: number,
  id: PipelineId,
  configPath = '.circleci/config.yml',
): TriggerFacts {
  return {
    ref: trigger.ref,
    sha: trigger.commit.sha,
    event: trigger.event,
    values: {
      ...pipelineValues(trigger, { number, id, configPath }),
      ...gitValues(trigger),
      ...commitValues(trigger),
      ...eventValues(trigger.event),
      ...triggerValues(trigger),
      ...deprecatedValues(trigger),
    },
    parameters: trigger.parameters,
    continuation: null,
  }
}

/** What follows from the kind of event alone. */
export const eventValues = ({ name, action, schedule }: EventFacts) => ({
  'pipeline.event.name': name,
  'pipeline.event.action': action,
  'pipeline.trigger.type': triggerTypes[name],
  'pipeline.trigger_source': sources[name],
  'pipeline.integration_source': 'github_app',
  'pipeline.project.type': 'github',
  'pipeline.schedule.name': schedule?.name ?? '',
  'pipeline.schedule.id': schedule?.id ?? '',
})

const isOfGitHub = ({ name }: EventFacts): boolean => name === 'push' || name === 'pull_request'

const triggerTypes = {
  push: 'github_app',
  pull_request: 'github_app',
  schedule: 'schedule',
  api: 'api',
} as const

const sources = {
  push: 'webhook',
  pull_request: 'webhook',
  schedule: 'scheduled_pipeline',
  api: 'api',
} as const

function pipelineValues({ repository, commit, ref }: Trigger, pipeline: PipelineIdentity) {
  return {
    'pipeline.id': pipeline.id,
    'pipeline.number': pipeline.number,
    // One pipeline definition for each repository and config file.
    'pipeline.definition.id': derivedId(`repository/${repository.id}`, pipeline.configPath),
    'pipeline.name': repository.name,
    'pipeline.project.git_url': repository.webUrl,
    'pipeline.project.slug': `gh/${repository.owner}/${repository.name}`,
    'pipeline.config.repository.name': repository.name,
    'pipeline.config.repository.url': repository.webUrl,
    'pipeline.config.file_path': pipeline.configPath,
    'pipeline.config.ref': fullRef(ref),
    'pipeline.config.sha': commit.sha,
  }
}

const fullRef = ({ kind, name }: Ref): string =>
  `refs/${kind === 'branch' ? 'heads' : 'tags'}/${name}`

/** What follows from the ref alone. */
export const refValues = (ref: Ref) => ({
  'pipeline.git.branch': branchOf(ref),
  'pipeline.git.tag': tagOf(ref),
})

const gitValues = ({ ref, repository, commit, before }: Trigger) => ({
  ...refValues(ref),
  'pipeline.git.branch.is_default': branchOf(ref) === repository.defaultBranch,
  'pipeline.git.revision': commit.sha,
  'pipeline.git.base_revision': before ?? '',
  'pipeline.git.repo_url': repository.webUrl,
  'pipeline.git.repo_owner': repository.owner,
  'pipeline.git.repo_name': repository.name,
  'pipeline.git.repo_id': String(repository.id),
  'pipeline.git.ssh_checkout_url': sshUrlOf(repository),
})

/** `https://host/owner/name` as git over SSH writes it. */
const sshUrlOf = ({ webUrl, owner, name }: Trigger['repository']): string =>
  `git@${new URL(webUrl).hostname}:${owner}/${name}.git`

const commitValues = ({ commit, actor, event }: Trigger) => ({
  'pipeline.git.commit.url': commit.url,
  'pipeline.git.commit.subject': commit.subject,
  'pipeline.git.commit.body': commit.body,
  'pipeline.git.commit.author_name': commit.authorName,
  'pipeline.git.commit.author_email': commit.authorEmail,
  'pipeline.git.commit.author_login': commit.authorLogin ?? '',
  // GitHub says what the pusher looks like, and nothing about other authors.
  'pipeline.git.commit.author_avatar_url':
    commit.authorLogin === actor.login ? avatarOf(event) : '',
})

const avatarOf = ({ values }: EventFacts): string => String(values['sender.avatar_url'] ?? '')

function triggerValues({ event, receivedAt, repository, pullRequests = [] }: Trigger): Values {
  const received = { 'pipeline.trigger.received_at': timeOf(receivedAt) }
  if (event.name === 'api') return received
  const named = {
    ...received,
    'pipeline.trigger.id': derivedId(`repository/${repository.id}`, `trigger/${event.name}`),
    'pipeline.trigger.name': event.schedule?.name ?? event.name,
  }
  if (!isOfGitHub(event)) return named
  return { ...named, 'pipeline.event.context.github.pr_url': pullRequests[0]?.url ?? '' }
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** CircleCI gives these up; configs still use them. */
function deprecatedValues(trigger: Trigger): Values {
  const { event, receivedAt } = trigger
  const circleci = 'pipeline.trigger_parameters.circleci'
  const common = {
    [`${circleci}.trigger_type`]: triggerTypes[event.name],
    [`${circleci}.event_time`]: timeOf(receivedAt),
    [`${circleci}.event_type`]: event.name,
  }
  return isOfGitHub(event) ? { ...common, ...githubAppValues(trigger) } : common
}

function githubAppValues({ ref, actor, event, repository, commit }: Trigger): Values {
  const prefix = 'pipeline.trigger_parameters.github_app'
  return {
    [`${prefix}.ref`]: fullRef(ref),
    [`${prefix}.branch`]: branchOf(ref),
    [`${prefix}.checkout_sha`]: commit.sha,
    [`${prefix}.user_id`]: String(actor.id),
    [`${prefix}.user_name`]: actor.login,
    [`${prefix}.user_username`]: actor.login,
    [`${prefix}.user_avatar`]: avatarOf(event),
    [`${prefix}.repo_name`]: repository.name,
    [`${prefix}.repo_url`]: repository.webUrl,
    [`${prefix}.web_url`]: repository.webUrl,
    [`${prefix}.commit_sha`]: commit.sha,
    [`${prefix}.commit_title`]: commit.subject,
    [`${prefix}.commit_message`]: `${commit.subject}\n${commit.body}`.trimEnd(),
    [`${prefix}.commit_timestamp`]: String(event.values['head_commit.timestamp'] ?? ''),
    [`${prefix}.commit_author_name`]: commit.authorName,
  }
}
