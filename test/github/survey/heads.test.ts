import { describe, expect, test } from 'vitest'
import { judgeHeads } from '../../../src/github/survey/heads.ts'
import { pipelineId } from '../../../src/model/ids.ts'
import type { HeadLook, KnownHead } from '../../../src/ports/reach.ts'
import { fakeSha } from '../../support/builders.ts'

const [a, b] = [fakeSha('a'), fakeSha('b')]
const time = { now: 10_000, graceMs: 1000 }
const push = (sha: string, pushedAt: number) => ({
  branch: 'main',
  pipelineId: pipelineId(`${sha} ${pushedAt}`),
  sha,
  pushedAt,
})
const look = (...heads: readonly KnownHead[]): HeadLook => ({ pushedAt: 1, lookedAt: 1, heads })
const settledAt = (sha: string, at: number): KnownHead => ({
  branch: 'main',
  settled: { sha, at },
  open: null,
})
const openSince = (sha: string, since: number): KnownHead => ({
  branch: 'main',
  settled: null,
  open: { sha, since },
})
const judge = (last: HeadLook | null, sha: string, pushes: readonly ReturnType<typeof push>[]) =>
  judgeHeads(last, { tips: [{ branch: 'main', sha }], pushedAt: 50, pushes }, time)

describe('a head', () => {
  test('is only remembered at the first look, whatever it is', () => {
    const { look: after, missed } = judge(null, a, [])
    expect(after).toEqual({ pushedAt: 50, lookedAt: 10_000, heads: [settledAt(a, 50)] })
    expect(missed).toEqual([])
  })

  test('whose newest push has a pipeline needs nothing', () => {
    const { look: after, missed } = judge(look(settledAt(a, 10)), b, [push(a, 10), push(b, 20)])
    expect(after.heads).toEqual([settledAt(b, 50)])
    expect(missed).toEqual([])
  })

  test('without a pipeline waits for the word of GitHub first', () => {
    const { look: after, missed } = judge(look(settledAt(a, 10)), b, [push(a, 10)])
    expect(missed).toEqual([])
    expect(after).toMatchObject({
      pushedAt: null,
      heads: [{ settled: { sha: a }, open: { sha: b, since: 10_000 } }],
    })
  })

  test('that has waited long enough is missed', () => {
    expect(judge(look(openSince(b, 9001)), b, []).missed).toEqual([])
    expect(judge(look(openSince(b, 9000)), b, []).missed).toEqual([{ branch: 'main', sha: b }])
  })

  test('that moves on begins to wait anew', () => {
    expect(judge(look(openSince(a, 1)), b, []).missed).toEqual([])
  })

  test('on a new branch is as any other', () => {
    expect(judge(look(), b, []).look.heads).toEqual([openSince(b, 10_000)])
  })

  test('that went back to an older commit is not what the pipelines say', () => {
    const known = look(settledAt(a, 10))
    expect(judge(known, a, [push(a, 5), push(b, 20)]).look.heads).toMatchObject([
      { open: { sha: a } },
    ])
  })

  test('is fine where several pushes came in one second', () => {
    const known = look(settledAt(a, 10))
    expect(judge(known, b, [push(b, 20), push(a, 20)]).look.heads).toEqual([settledAt(b, 50)])
  })

  test('whose push was skipped stays settled until something is pushed', () => {
    const known = look(settledAt(b, 20))
    expect(judge(known, b, [push(a, 10)]).look.heads).toEqual([settledAt(b, 50)])
  })

  test('of a branch that is gone is forgotten', () => {
    const seen = { tips: [], pushedAt: 50, pushes: [] }
    expect(judgeHeads(look(openSince(a, 1)), seen, time)).toEqual({
      look: { pushedAt: 50, lookedAt: 10_000, heads: [] },
      missed: [],
    })
  })
})
