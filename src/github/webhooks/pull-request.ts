import { derivedId, type PipelineId, pipelineId } from '../../model/ids.ts'
import type { Commit, EventFacts, Scalar, Trigger } from '../../model/trigger.ts'
import { forkBranch, isFromFork } from '../../model/trigger.ts'
import { at, id, personIn, repositoryIn, sha, text } from './payload.ts'
import type { Delivery, Ignored, Reading, Self } from './reading.ts'
import { nothing, unusable } from './reading.ts'

/** What happened to a pull request, as a trigger whose commit has only its name yet. */
export function readPullRequest({ payload, receivedAt }: Delivery, self: Self): Trigger | Ignored {
  const pull = at(payload, 'pull_request')
  const number = id(at(pull, 'number'))
  const repository = repositoryIn(payload, self.addresses)
  if (!repository) return unusable('a pull request without repository or installation')
  const head = sha(at(pull, 'head', 'sha'))
  const branch = branchIn(at(pull, 'head', 'ref'))
  const base = branchIn(at(pull, 'base', 'ref'))
  const actor = personIn(at(payload, 'sender'))
  if (number === null || !head || !branch || !base || !actor)
    return unusable('a pull request without number, commits, branches or sender')
  const event = factsOf(payload)
  const trigger: Trigger = {
    type: 'pull-request',
    repository,
    ref: { kind: 'branch', name: branch },
    commit: named(head, repository.webUrl),
    before: sha(at(pull, 'base', 'sha')),
    actor,
    event,
    receivedAt,
    parameters: {},
    pullRequests: [{ number, url: `${repository.webUrl}/pull/${number}` }],
  }
  if (isFromFork(trigger)) return { ...trigger, ref: { kind: 'branch', name: forkBranch(number) } }
  // A closed pull request builds its base, as it is then.
  return event.action === 'closed' ? { ...trigger, ref: { kind: 'branch', name: base } } : trigger
}

/** The rest is asked of GitHub: payloads of pull requests do not tell it. */
const named = (name: Commit['sha'], webUrl: string): Commit => ({
  sha: name,
  subject: '',
  body: '',
  url: `${webUrl}/commit/${name}`,
  authorName: '',
  authorEmail: '',
  authorLogin: null,
})

function branchIn(value: unknown): string | null {
  const name = typeof value === 'string' ? value : ''
  return name === '' || name.length > 1000 || /\p{Cc}/u.test(name) || !name.isWellFormed()
    ? null
    : name
}

const strangersActions = ['opened', 'synchronize', 'reopened']

/** Of a fork's only what changes the commits counts; of our own the repository says what does. */
export function pullRequestEvents(
  trigger: Trigger,
  { id: delivery, receivedAt }: Delivery,
): Reading {
  const { action } = trigger.event
  if (isFromFork(trigger) && !strangersActions.includes(action))
    return nothing(`a fork's pull request was ${action}`)
  const pipeline = pipelineId(derivedId(delivery, 'pipeline'))
  const event = { type: 'proposed', pipelineId: pipeline, at: receivedAt, trigger } as const
  return [{ key: `${delivery}/proposed`, event }]
}

/** Nobody can let in any more what was waiting for it; what runs goes on. */
export function closedForkEvents(held: readonly PipelineId[], delivery: Delivery): Reading {
  if (held.length === 0) return nothing("a fork's pull request was closed, and nothing of it waits")
  return held.map((waiting) => ({
    key: `${delivery.id}/${waiting}`,
    event: {
      type: 'redundant',
      pipelineId: waiting,
      at: delivery.receivedAt,
      by: 'the end of its pull request, which nobody had let run',
      which: 'held',
    },
  }))
}

/** What can be asked below `pipeline.event.github.`, and what Sluice has to know of where it comes from. */
const asked = [
  'pull_request.number',
  'pull_request.title',
  'pull_request.draft',
  'pull_request.merged',
  'pull_request.url',
  'pull_request.base.ref',
  'pull_request.base.sha',
  'pull_request.head.ref',
  'pull_request.head.sha',
  'pull_request.head.repo.id',
  'pull_request.head.repo.name',
  'pull_request.head.repo.full_name',
  'pull_request.head.repo.owner.id',
  'pull_request.head.repo.owner.login',
  'pull_request.user.id',
  'pull_request.user.login',
  'label.name',
  'sender.type',
  'sender.login',
  'sender.avatar_url',
  'repository.name',
  'repository.url',
  'repository.owner.login',
]

function factsOf(payload: unknown): EventFacts {
  const values: Record<string, Scalar> = {}
  for (const name of asked) {
    const value = scalar(at(payload, ...name.split('.')))
    if (value !== null) values[name] = value
  }
  return { name: 'pull_request', action: text(at(payload, 'action')) ?? '', values }
}

const scalar = (value: unknown): Scalar | null =>
  typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value))
    ? value
    : text(value)
