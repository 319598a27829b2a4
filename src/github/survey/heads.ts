import type { HeadLook, KnownHead, NewestPush, Tip } from '../../ports/reach.ts'

/** What was seen of a repository's branches. */
export interface SeenHeads {
  readonly tips: readonly Tip[]
  /** The newest push that GitHub knew of before it was asked for the branches; milliseconds since 1970. */
  readonly pushedAt: number
  /** Of each branch the newest pushes that have pipelines. */
  readonly pushes: readonly NewestPush[]
}

export interface Judgement {
  readonly look: HeadLook
  /** Heads that have waited long enough for GitHub's own word. */
  readonly missed: readonly Tip[]
}

/**
 * Which heads need a pipeline that nobody asked for. The first look only remembers. A head without a
 * pipeline is left alone for `graceMs`: GitHub's word of the push may be on its way, or be sent once more.
 */
export function judgeHeads(
  last: HeadLook | null,
  { tips, pushedAt, pushes }: SeenHeads,
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): Judgement {
  const known = new Map(last?.heads.map((head) => [head.branch, head]))
  const pushesOf = Map.groupBy(pushes, ({ branch }) => branch)
  const settle = ({ branch, sha }: Tip): KnownHead => ({
    branch,
    settled: { sha, at: pushedAt },
    open: null,
  })
  const heads = tips.map((tip): KnownHead => {
    const before = known.get(tip.branch)
    if (last === null || isSettled(tip, before, pushesOf.get(tip.branch) ?? [])) return settle(tip)
    const since = before?.open?.sha === tip.sha ? before.open.since : now
    return { branch: tip.branch, settled: before?.settled ?? null, open: { sha: tip.sha, since } }
  })
  const open = heads.filter((head) => head.open !== null)
  const look = { pushedAt: open.length > 0 ? null : pushedAt, lookedAt: now, heads }
  return { look, missed: open.flatMap((head) => missedTip(head, now - graceMs)) }
}

/** The newest push has a pipeline, or nothing was pushed since the head was settled without one. */
function isSettled(
  tip: Tip,
  before: KnownHead | undefined,
  pushes: readonly NewestPush[],
): boolean {
  const newest = Math.max(0, ...pushes.map(({ pushedAt }) => pushedAt))
  if (pushes.some((push) => push.sha === tip.sha && push.pushedAt === newest)) return true
  const settled = before?.settled
  return settled?.sha === tip.sha && newest <= settled.at
}

const missedTip = ({ branch, open }: KnownHead, until: number): readonly Tip[] =>
  open !== null && open.since <= until ? [{ branch, sha: open.sha }] : []

/** `look` when the head needs nothing more. */
export const settled = (look: HeadLook, tip: Tip, pushedAt: number): HeadLook => {
  const heads = look.heads.map((head) =>
    head.branch === tip.branch
      ? { branch: tip.branch, settled: { sha: tip.sha, at: pushedAt }, open: null }
      : head,
  )
  return { ...look, heads, pushedAt: heads.some(({ open }) => open !== null) ? null : pushedAt }
}
