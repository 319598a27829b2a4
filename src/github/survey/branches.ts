import { commitSha, derivedId, pipelineId } from '../../model/ids.ts'
import type { Commit, Repository, Trigger } from '../../model/trigger.ts'
import type { NewEvent } from '../../ports/inbox.ts'
import type { HeadLook, NewestPush, Tip } from '../../ports/reach.ts'
import type { Octokit } from '../client.ts'
import { head } from '../head.ts'
import { skipReason } from '../webhooks/skip.ts'
import { judgeHeads, settled } from './heads.ts'
import type { Surveying } from './surveying.ts'

export interface PushedTo {
  readonly repository: Repository
  /** The newest push that GitHub knows of, in milliseconds since 1970. */
  readonly pushedAt: number
}

/** Should GitHub ever fail to say that something was pushed. */
const trustedMs = 24 * 3_600_000

/**
 * Compares the heads of a repository's branches with its pipelines, where something was pushed since the
 * last time, and starts what nobody told us of. One request for 100 branches, and one for each such head.
 */
export async function compareHeads(parts: Surveying, place: PushedTo): Promise<void> {
  const { heads, clock } = parts
  const last = await heads.last(place.repository.id)
  if (last?.pushedAt === place.pushedAt && clock.now() - last.lookedAt < trustedMs) return
  const octokit = await parts.probot.auth(place.repository.installationId)
  const tips = await branchesOf(octokit, place.repository)
  // Too many to know them all: none of them can be called new, or gone.
  if (tips === null) return
  const pushes = await heads.pushes(place.repository.id, tips)
  const now = clock.now()
  const { look, missed } = judgeHeads(last, { ...place, tips, pushes }, { ...parts, now })
  let state = look
  for (const tip of missed)
    if (await recover(parts, place, { tip, pushes, last }))
      state = settled(state, tip, place.pushedAt)
  await heads.save(place.repository.id, state)
}

const pagesAtMost = 50
const perPage = 100

async function branchesOf(
  octokit: Octokit,
  { owner, name: repo }: Repository,
): Promise<readonly Tip[] | null> {
  const tips: Tip[] = []
  for (let page = 1; page <= pagesAtMost; page++) {
    const request = { owner, repo, per_page: perPage, page }
    const { data } = await octokit.rest.repos.listBranches(request)
    tips.push(...data.map(({ name, commit }) => ({ branch: name, sha: commit.sha })))
    if (data.length < perPage) return uniqueTips(tips)
  }
  return null
}

/** A branch that is made while pages are turned can stand on two. */
const uniqueTips = (tips: readonly Tip[]): readonly Tip[] => [
  ...new Map(tips.map((tip) => [tip.branch, tip])).values(),
]

interface Missed {
  readonly tip: Tip
  readonly pushes: readonly NewestPush[]
  readonly last: HeadLook | null
}

/** True when the head needs nothing more; false when it has moved on meanwhile. */
async function recover(parts: Surveying, place: PushedTo, missed: Missed): Promise<boolean> {
  const { repository } = place
  const { branch, sha } = missed.tip
  const commit = await head(parts, repository, branch)
  if (commit?.sha !== sha) return false
  const facts = { repository: `${repository.owner}/${repository.name}`, branch, sha }
  const reason = skipReason(`${commit.subject}\n\n${commit.body}`)
  if (reason !== null) {
    parts.log.info({ ...facts, because: reason }, 'a push that GitHub never told of starts nothing')
    return true
  }
  await parts.inbox.put([eventOf(place, { ...missed, commit, now: parts.clock.now() })])
  parts.log.warn(facts, 'GitHub never told of a push: its pipeline starts now')
  return true
}

interface Found extends Missed {
  readonly commit: Commit
  readonly now: number
}

/** As its push would have begun it. Named by what was known, so that no head is recovered twice. */
function eventOf({ repository, pushedAt }: PushedTo, found: Found): NewEvent {
  const { tip, pushes, commit, now } = found
  const ofBranch = pushes.filter(({ branch }) => branch === tip.branch)
  const newest = ofBranch.toSorted((a, b) => b.pushedAt - a.pushedAt)[0]
  const known = ofBranch.filter(({ sha }) => sha === tip.sha).map((push) => push.pipelineId)
  const key = ['recovered', repository.id, tip.branch, tip.sha, newest?.pipelineId].join(':')
  const trigger: Trigger = {
    type: 'push',
    repository,
    ref: { kind: 'branch', name: tip.branch },
    commit,
    before: beforeOf(found),
    // GitHub does not say who pushed. Nobody has the id 0.
    actor: { id: 0, login: commit.authorLogin ?? 'unknown', type: 'User' },
    event: { name: 'push', action: 'push', values: valuesOf(repository, tip, commit) },
    receivedAt: now,
    pushedAt,
    recovered: { known },
    parameters: {},
  }
  const id = pipelineId(derivedId(key, 'pipeline'))
  return { key, event: { type: 'triggered', pipelineId: id, at: now, trigger } }
}

function beforeOf({ tip, last }: Found) {
  const before = last?.heads.find(({ branch }) => branch === tip.branch)?.settled
  return before ? commitSha(before.sha) : null
}

const valuesOf = ({ owner, name }: Repository, { branch, sha }: Tip, { url }: Commit) => ({
  after: sha,
  ref: `refs/heads/${branch}`,
  'head_commit.url': url,
  'repository.name': name,
  'repository.owner.login': owner,
})
