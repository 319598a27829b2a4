import type { HeadLook, Heads, KnownHead, NewestPush } from '../ports/reach.ts'
import { type Database, type Queries, storable } from './database.ts'

/** Of a repository only one process at a time looks; of two, the later one is believed. */
export const openHeads = (database: Database): Heads => ({
  last: (repositoryId) => database.snapshot((queries) => lastLook(queries, repositoryId)),
  pushes: (repositoryId, tips) =>
    database.rows<NewestPush>(selectPushes, [
      repositoryId,
      tips.map(({ branch }) => storable(branch)),
      tips.map(({ sha }) => sha),
    ]),
  save: (repositoryId, look) =>
    database.transaction((queries) => saveLook(queries, repositoryId, look)),
})

interface LookRow {
  readonly pushedAt: number | null
  readonly lookedAt: number
}

interface HeadRow {
  readonly branch: string
  readonly sha: string | null
  readonly settledAt: number | null
  readonly openSha: string | null
  readonly openSince: number | null
}

async function lastLook(queries: Queries, repositoryId: number): Promise<HeadLook | null> {
  const [look] = await queries.rows<LookRow>(selectLook, [repositoryId])
  if (!look) return null
  const rows = await queries.rows<HeadRow>(selectHeads, [repositoryId])
  return { ...look, heads: rows.map(headOf) }
}

const headOf = ({ branch, sha, settledAt, openSha, openSince }: HeadRow): KnownHead => ({
  branch,
  settled: sha === null ? null : { sha, at: settledAt ?? 0 },
  open: openSha === null ? null : { sha: openSha, since: openSince ?? 0 },
})

async function saveLook(
  queries: Queries,
  repositoryId: number,
  { pushedAt, lookedAt, heads }: HeadLook,
): Promise<void> {
  // Whoever comes second waits here.
  await queries.change(upsertLook, [repositoryId, pushedAt, lookedAt])
  await queries.change('delete from branch_head where repository_id = $1', [repositoryId])
  await queries.change(insertHeads, [
    repositoryId,
    heads.map(({ branch }) => storable(branch)),
    heads.map(({ settled }) => settled?.sha ?? null),
    heads.map(({ settled }) => settled?.at ?? null),
    heads.map(({ open }) => open?.sha ?? null),
    heads.map(({ open }) => open?.since ?? null),
  ])
}

const selectLook = `
  select pushed_at as "pushedAt", looked_at as "lookedAt" from head_look where repository_id = $1`

const selectHeads = `
  select branch, sha, settled_at as "settledAt", open_sha as "openSha", open_since as "openSince"
    from branch_head where repository_id = $1`

const upsertLook = `
  insert into head_look (repository_id, pushed_at, looked_at) values ($1, $2, $3)
      on conflict (repository_id) do update
     set pushed_at = excluded.pushed_at, looked_at = excluded.looked_at`

const insertHeads = `
  insert into branch_head (repository_id, branch, sha, settled_at, open_sha, open_since)
  select $1, * from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])`

const ofTip = `
  repository_id = $1 and ref_kind = 'branch' and pushed_at is not null
  and hashtextextended(ref_name, 0) = hashtextextended(tip.branch, 0) and ref_name = tip.branch`

// Pushes of one second may have come in any order: all of the newest time count.
const selectPushes = `
  select tip.branch, push.id as "pipelineId", push.sha, push.pushed_at as "pushedAt"
    from unnest($2::text[], $3::text[]) as tip (branch, sha)
   cross join lateral (
     select id, pipeline.sha, pushed_at from pipeline
      where ${ofTip} and pushed_at = (select max(pushed_at) from pipeline where ${ofTip})
     union
     select id, pipeline.sha, pushed_at from pipeline
      where ${ofTip} and pipeline.sha = tip.sha) as push`
