import { derivedId, pipelineId } from '../../model/ids.ts'
import type { Commit, EventFacts, Person, Ref, Scalar, Trigger } from '../../model/trigger.ts'
import { isOfMergeQueue } from '../../model/trigger.ts'
import type { NewEvent } from '../../ports/inbox.ts'
import { queuePipelineId } from './merge-group.ts'
import { at, id, personIn, repositoryIn, sha, text } from './payload.ts'
import type { Delivery, Ignored, Self } from './reading.ts'
import { isIgnored, nothing, unusable } from './reading.ts'
import { parted, skipReason } from './skip.ts'

/**
 * A push becomes a trigger: of a branch (also a new one at a commit that exists already, and those that
 * a merge queue makes), or of a tag. Deletions and skipped commits start nothing.
 */
export function readPush({ payload, receivedAt }: Delivery, self: Self): Trigger | Ignored {
  const ref = refOf(at(payload, 'ref'))
  if (isIgnored(ref)) return ref
  if (at(payload, 'deleted') === true || isDeletion(payload)) return nothing(`${ref.kind} deleted`)
  const repository = repositoryIn(payload, self.addresses)
  if (!repository) return unusable('a push without repository or installation')
  const commit = commitOf(payload, ref)
  if (!commit) return unusable('a push without a commit')
  // A merge queue would wait for ever for what is skipped.
  const reason = isOfMergeQueue(ref) ? null : skipReason(messageOf(payload))
  if (reason !== null) return nothing(reason)
  return {
    type: ref.kind === 'tag' ? 'tag' : 'push',
    repository,
    ref,
    commit,
    before: sha(at(payload, 'before')),
    actor: actorOf(payload),
    event: factsOf(payload),
    receivedAt,
    pushedAt: pushedAt(payload),
    parameters: {},
  }
}

/**
 * One event, of a pipeline named after the delivery: a redelivery cannot make a second one. That of a
 * merge queue is named after the group, of which GitHub tells twice.
 */
export function pushEvents(trigger: Trigger, delivery: Delivery): readonly NewEvent[] {
  const { id: name, receivedAt } = delivery
  const pipeline = isOfMergeQueue(trigger.ref)
    ? queuePipelineId(trigger)
    : pipelineId(derivedId(name, 'pipeline'))
  const event = { type: 'triggered', pipelineId: pipeline, at: receivedAt, trigger } as const
  return [{ key: `${name}/triggered`, event }]
}

function refOf(value: unknown): Ref | Ignored {
  const name = typeof value === 'string' ? value : ''
  // Git refuses control characters in refs: whatever has them is no ref.
  if (/\p{Cc}/u.test(name) || name.length > 1000 || !name.isWellFormed())
    return unusable('a push to something that is no ref')
  if (name.startsWith('refs/heads/') && name.length > 11)
    return { kind: 'branch', name: name.slice(11) }
  if (name.startsWith('refs/tags/') && name.length > 10)
    return { kind: 'tag', name: name.slice(10) }
  return nothing('a push to neither a branch nor a tag')
}

/** After a deletion nothing is left: GitHub sends zeros. */
const isDeletion = (payload: unknown): boolean => /^0{40,}$/.test(String(at(payload, 'after')))

/**
 * `after` of an annotated tag is the tag object, so the head commit's own name goes first. A branch
 * is at `after` even where GitHub leaves the head commit out.
 */
function commitOf(payload: unknown, ref: Ref): Commit | null {
  const head = at(payload, 'head_commit')
  const name = sha(at(head, 'id')) ?? (ref.kind === 'branch' ? sha(at(payload, 'after')) : null)
  if (!name) return null
  return {
    sha: name,
    ...parted(messageOf(payload)),
    url: text(at(head, 'url')) ?? '',
    authorName: text(at(head, 'author', 'name')) ?? '',
    authorEmail: text(at(head, 'author', 'email')) ?? '',
    authorLogin: text(at(head, 'author', 'username')),
  }
}

const messageOf = (payload: unknown): string => text(at(payload, 'head_commit', 'message')) ?? ''

/** GitHub may leave the sender out, but always names a pusher; nobody has the id 0. */
function actorOf(payload: unknown): Person {
  const login = text(at(payload, 'pusher', 'name')) ?? 'unknown'
  return personIn(at(payload, 'sender')) ?? { id: 0, login, type: 'User' }
}

/** In pushes a number of seconds; everywhere else GitHub writes it out. */
function pushedAt(payload: unknown): number | null {
  const seconds = id(at(payload, 'repository', 'pushed_at'))
  return seconds === null ? null : seconds * 1000
}

/** What a config can ask below `pipeline.event.github.` about a push. */
const asked = [
  'after',
  'ref',
  'head_commit.url',
  'head_commit.timestamp',
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
    const value = text(at(payload, ...name.split('.')))
    if (value !== null) values[name] = value
  }
  return { name: 'push', action: 'push', values }
}
