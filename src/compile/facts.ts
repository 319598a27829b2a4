import type { CommitSha, PipelineId } from '../model/ids.ts'
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
  readonly values: Readonly<Record<string, Scalar>>
  /** Pipeline parameters that came with the event. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** The facts of a trigger that began pipeline `number` of its project. */
export function factsOf(trigger: Trigger, number: number, id: PipelineId): TriggerFacts {
  return {
    ref: trigger.ref,
    sha: trigger.commit.sha,
    event: trigger.event,
    values: {
      'pipeline.id': id,
      'pipeline.number': number,
      ...projectValues(trigger),
      ...gitValues(trigger),
      ...triggerValues(trigger),
    },
    parameters: trigger.parameters,
  }
}

const projectValues = ({ repository }: Trigger) => ({
  'pipeline.project.git_url': repository.webUrl,
  'pipeline.project.type': 'github',
  'pipeline.project.slug': `gh/${repository.owner}/${repository.name}`,
  'pipeline.integration_source': 'github_app',
})

const gitValues = ({ ref, repository, commit, before }: Trigger) => ({
  'pipeline.git.branch': branchOf(ref),
  'pipeline.git.tag': tagOf(ref),
  'pipeline.git.branch.is_default': branchOf(ref) === repository.defaultBranch,
  'pipeline.git.revision': commit.sha,
  'pipeline.git.base_revision': before ?? '',
  'pipeline.git.repo_url': repository.webUrl,
  'pipeline.git.repo_owner': repository.owner,
  'pipeline.git.repo_name': repository.name,
  'pipeline.git.repo_id': String(repository.id),
  'pipeline.git.commit.url': commit.url,
  'pipeline.git.commit.subject': commit.subject,
  'pipeline.git.commit.body': commit.body,
  'pipeline.git.commit.author_name': commit.authorName,
  'pipeline.git.commit.author_email': commit.authorEmail,
  'pipeline.git.commit.author_login': commit.authorLogin ?? '',
})

const triggerValues = ({ event, receivedAt }: Trigger) => ({
  'pipeline.event.name': event.name,
  'pipeline.event.action': event.action,
  'pipeline.trigger.type': triggerTypes[event.name],
  'pipeline.trigger.received_at': new Date(receivedAt).toISOString(),
  'pipeline.trigger_source': event.name === 'api' ? 'api' : sourceOf(event.name),
})

const triggerTypes = {
  push: 'github_app',
  pull_request: 'github_app',
  schedule: 'schedule',
  api: 'api',
} as const

const sourceOf = (name: EventFacts['name']) =>
  name === 'schedule' ? 'scheduled_pipeline' : 'webhook'
