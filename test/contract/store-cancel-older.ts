import { expect, test } from 'vitest'
import type { Effect } from '../../src/model/effect.ts'
import type { Event } from '../../src/model/event.ts'
import type { Store } from '../../src/store/store.ts'
import type { Open } from '../support/database.ts'
import { aRun, drain, effect, randomSha, save } from './store-runs.ts'

type CancelOlder = Extract<Effect, { readonly type: 'cancel-older' }>

let repositories = 5_000_000
const told = async (store: Store): Promise<readonly Event[]> =>
  (await drain(store)).filter(({ type }) => type === 'redundant')

/** Pipelines 1 to 3 of a branch and one of another, and a newer one that makes them redundant. */
async function aBranch(store: Store) {
  const repositoryId = (repositories += 1)
  const ref = { kind: 'branch', name: 'topic' } as const
  const other = { kind: 'branch', name: 'other' } as const
  const sha = randomSha()
  const commits = [randomSha(), randomSha(), sha]
  const runs = commits.map((of, index) => aRun({ repositoryId, number: index + 1, ref, sha: of }))
  const newest = aRun({ repositoryId, number: 5, ref, sha })
  for (const run of [...runs, aRun({ repositoryId, number: 4, ref: other }), newest])
    await save(store, run)
  const cancel = (which: CancelOlder['which']) =>
    effect(store, newest, [
      {
        type: 'cancel-older',
        repositoryId,
        branch: 'topic',
        number: 5,
        sha: newest.pipeline.trigger.commit.sha,
        at: Date.now(),
        by: 'pipeline 5',
        which,
      },
    ])
  return { runs, cancel }
}

export function cancelOlderContract(open: Open): void {
  test('tells the older pipelines of the branch at other commits, each of them once', async () => {
    const { store } = await open()
    const { runs, cancel } = await aBranch(store)
    await cancel('first-runs')
    const events = await told(store)
    const ids = runs.slice(0, 2).map(({ pipeline }) => pipeline.id)
    expect(new Set(events.map(({ pipelineId }) => pipelineId))).toEqual(new Set(ids))
    expect(events[0]).toMatchObject({ by: 'pipeline 5', which: 'first-runs' })
    await cancel('first-runs')
    expect(await told(store)).toEqual([])
  })

  test('tells only those that wait to be let in, where only they are meant', async () => {
    const { store } = await open()
    const { runs, cancel } = await aBranch(store)
    await cancel('held')
    expect(await told(store)).toEqual([])
    const [first] = runs
    if (!first) throw new Error('no run')
    const { id, trigger } = first.pipeline
    const held = {
      ...first.pipeline,
      state: 'held',
      because: 'a maintainer has to let it',
    } as const
    await save(store, { ...first, pipeline: held })
    expect(await store.pipelines.held(trigger.repository.id, 'topic')).toEqual([id])
    await cancel('held')
    expect((await told(store)).map(({ pipelineId }) => pipelineId)).toEqual([id])
  })
}
