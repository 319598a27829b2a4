import { derivedId, type PipelineId, pipelineId } from '../../model/ids.ts'
import type { Commit, Repository, Trigger } from '../../model/trigger.ts'
import { isOfMergeQueue } from '../../model/trigger.ts'
import type { NewEvent } from '../../ports/inbox.ts'
import { at, personIn, repositoryIn, sha, text } from './payload.ts'
import type { Delivery, Ignored, Self } from './reading.ts'
import { isIgnored, nothing, unusable } from './reading.ts'
import { parted } from './skip.ts'

/**
 * A merge queue asks whether its next group may be merged. The push of the group's branch says the same,
 * and either may come first: both are one trigger, of one pipeline.
 */
export function readMergeGroup({ payload, receivedAt }: Delivery, self: Self): Trigger | Ignored {
  const group = at(payload, 'merge_group')
  const repository = repositoryIn(payload, self.addresses)
  if (!repository) return unusable('a merge group without repository or installation')
  const name = /^refs\/heads\/(\P{Cc}{1,1000})$/u.exec(text(at(group, 'head_ref')) ?? '')?.[1]
  const head = sha(at(group, 'head_sha'))
  const ref = { kind: 'branch', name: name ?? '' } as const
  if (!head || !isOfMergeQueue(ref)) return unusable('a merge group without branch or commit')
  const commit = commitOf(group, head, repository)
  const values = { after: head, ref: `refs/heads/${ref.name}`, 'head_commit.url': commit.url }
  return {
    type: 'push',
    repository,
    ref,
    commit,
    before: null,
    actor: personIn(at(payload, 'sender')) ?? { id: 0, login: 'merge queue', type: 'Bot' },
    event: { name: 'push', action: 'push', values: { ...values, ...commonFacts(payload) } },
    receivedAt,
    parameters: {},
  }
}

function commitOf(group: unknown, name: Commit['sha'], { webUrl }: Repository): Commit {
  const author = at(group, 'head_commit', 'author')
  return {
    sha: name,
    ...parted(text(at(group, 'head_commit', 'message')) ?? ''),
    url: `${webUrl}/commit/${name}`,
    authorName: text(at(author, 'name')) ?? '',
    authorEmail: text(at(author, 'email')) ?? '',
    authorLogin: null,
  }
}

const common = ['sender.type', 'sender.login', 'sender.avatar_url', 'repository.name'] as const

function commonFacts(payload: unknown): Readonly<Record<string, string>> {
  const found = [...common, 'repository.url', 'repository.owner.login'].map(
    (name) => [name, text(at(payload, ...name.split('.')))] as const,
  )
  return Object.fromEntries(
    found.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
}

/** GitHub gives each group a branch of its own; the same commit of it is the same question. */
export const queuePipelineId = ({ repository, ref, commit }: Trigger): PipelineId =>
  pipelineId(derivedId(`merge queue of ${repository.id}`, `${ref.name} at ${commit.sha}`))

/**
 * `destroyed` ends what still runs, unless the group was merged: then its commit is now that of the base
 * branch, whose check would fail by it.
 */
export function mergeGroupEvents(
  reading: Trigger | Ignored,
  { id, payload, receivedAt }: Delivery,
): readonly NewEvent[] | Ignored {
  if (isIgnored(reading)) return reading
  const pipeline = queuePipelineId(reading)
  const about = { pipelineId: pipeline, at: receivedAt } as const
  if (at(payload, 'action') !== 'destroyed') {
    const event = { ...about, type: 'triggered', trigger: reading } as const
    return [{ key: `${id}/triggered`, event }]
  }
  const reason = text(at(payload, 'reason')) ?? 'unknown'
  if (reason === 'merged') return nothing('a merge group was merged')
  const by = `the merge queue, which gave the group up (${reason})`
  return [{ key: `${id}/redundant`, event: { ...about, type: 'redundant', by, which: 'all' } }]
}
