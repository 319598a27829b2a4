import type { EventFacts } from '../../model/trigger.ts'

type EventName = EventFacts['name']

/** What there is to know of a pipeline value beside its value. */
export interface PipelineValue {
  readonly type: 'string' | 'integer' | 'boolean'
  /** The events that have it. Null: all of them, if only as an empty text. */
  readonly events: readonly EventName[] | null
  /** The actions of the event that have it. Null: all. */
  readonly actions: readonly string[] | null
}

const catalogue = new Map<string, PipelineValue>()

/** Every value below `pipeline.`, parameters aside, by its full name. */
export const pipelineValues: ReadonlyMap<string, PipelineValue> = catalogue

add('pipeline', ['id', 'name', 'trigger_source', 'integration_source', 'definition.id'])
add('pipeline', ['number'], { type: 'integer' })
add('pipeline.project', ['git_url', 'type', 'slug'])
add('pipeline.git', ['branch', 'tag', 'revision', 'base_revision', 'ssh_checkout_url'])
add('pipeline.git', ['repo_url', 'repo_owner', 'repo_name', 'repo_id'])
add('pipeline.git', ['branch.is_default'], { type: 'boolean' })
add('pipeline.git.commit', ['url', 'subject', 'body', 'author_login', 'author_name'])
add('pipeline.git.commit', ['author_email', 'author_avatar_url'])
add('pipeline.config', ['repository.name', 'repository.url', 'file_path', 'ref', 'sha'])
add('pipeline.trigger', ['type', 'received_at'])
add('pipeline.trigger', ['id', 'name'], { events: ['push', 'pull_request', 'schedule'] })
add('pipeline.schedule', ['name', 'id'])
add('pipeline.event', ['name', 'action'])
add('pipeline.event.github', ['after', 'ref', 'head_commit.url'], { events: ['push'] })
add('pipeline.event.github.pull_request', ['number'], { type: 'integer', events: ['pull_request'] })
add('pipeline.event.github.pull_request', ['draft', 'merged'], {
  type: 'boolean',
  events: ['pull_request'],
})
add('pipeline.event.github.pull_request', ['title', 'url'], { events: ['pull_request'] })
add('pipeline.event.github.pull_request', ['base.ref', 'base.sha', 'head.ref', 'head.sha'], {
  events: ['pull_request'],
})
add('pipeline.event.github', ['label.name'], { events: ['pull_request'], actions: ['labeled'] })
// Comments on pull requests start nothing here.
add('pipeline.event.github', ['comment.body'], { events: [] })
add('pipeline.event.github.sender', ['type', 'login', 'avatar_url'], {
  events: ['push', 'pull_request'],
})
add('pipeline.event.github.repository', ['name', 'url', 'owner.login'], {
  events: ['push', 'pull_request'],
})
add('pipeline.event.context.github', ['pr_url'], { events: ['push', 'pull_request'] })
// Custom webhooks, deploys and rollbacks start nothing here.
add('pipeline.trigger_parameters', ['webhook.body'], { events: [] })
add('pipeline.deploy', ['component_name', 'environment_name', 'target_version'], { events: [] })
add('pipeline.deploy', ['current_version', 'namespace', 'reason'], { events: [] })
add('pipeline.trigger_parameters.circleci', ['trigger_type', 'event_time', 'event_type'])
add(
  'pipeline.trigger_parameters.github_app',
  ['ref', 'checkout_sha', 'branch', 'web_url'],
  pushed(),
)
add('pipeline.trigger_parameters.github_app', ['user_id', 'user_name', 'user_username'], pushed())
add('pipeline.trigger_parameters.github_app', ['user_avatar', 'repo_name', 'repo_url'], pushed())
add('pipeline.trigger_parameters.github_app', ['commit_sha', 'commit_title'], pushed())
add('pipeline.trigger_parameters.github_app', ['commit_message', 'commit_timestamp'], pushed())
add('pipeline.trigger_parameters.github_app', ['commit_author_name'], pushed())

function pushed(): Partial<PipelineValue> {
  return { events: ['push', 'pull_request'] }
}

function add(prefix: string, names: readonly string[], given: Partial<PipelineValue> = {}): void {
  const value = { type: 'string', events: null, actions: null, ...given } as const
  for (const name of names) catalogue.set(`${prefix}.${name}`, value)
}
