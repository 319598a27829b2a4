import { expect, test } from 'vitest'
import { commitSha, jobId, pipelineId } from '../../src/model/ids.ts'
import type { Open } from '../support/database.ts'
import {
  aRun,
  aWorker,
  aWorkflow,
  changesOf,
  claimed,
  endedAs,
  inState,
  named,
  nothingChanged,
  randomSha,
  save,
} from './store-runs.ts'

export function viewsContract(open: Open): void {
  test('lists pipelines newest first, page by page, with all runs of their workflows', async () => {
    const { store } = await open()
    const runs = [10, 20, 30].map((createdAt) => {
      const run = aRun()
      return { ...run, pipeline: { ...run.pipeline, createdAt } }
    })
    for (const run of runs) await save(store, run)
    const [oldest, middle, newest] = runs
    if (!oldest || !middle || !newest) throw new Error('three runs')
    const next = aWorkflow(newest.pipeline, { attempt: 2 })
    const old = { ...newest.workflow, supersededBy: next.id }
    await save(store, newest, [], { ...nothingChanged, workflows: [old, next] })
    expect(await store.views.pipelines({ limit: 2 })).toEqual([
      { pipeline: newest.pipeline, workflows: [old, next] },
      { pipeline: middle.pipeline, workflows: [middle.workflow] },
    ])
    const older = await store.views.pipelines({ limit: 5, before: 20 })
    expect(older.map(({ pipeline }) => pipeline)).toEqual([oldest.pipeline])
    expect(await store.pipelines.atCommit(11, randomSha())).toEqual([])
  })

  test('shows a pipeline with the jobs of each workflow in order', async () => {
    const { store } = await open()
    const run = aRun({ graph: { zebra: '', ant: '', middle: '' } })
    await save(store, run)
    expect(await store.views.pipeline(run.pipeline.id)).toEqual({
      pipeline: run.pipeline,
      workflows: [{ workflow: run.workflow, jobs: run.jobs }],
    })
  })

  test('shows a job with the steps of its tasks', async () => {
    const { store } = await open()
    const { run, task } = await claimed(store)
    const step = {
      taskId: task.taskId,
      index: 0,
      name: 'checkout',
      type: 'checkout',
      when: 'on_success',
      state: { status: 'skipped' },
    } as const
    await store.steps.record(task.claim, step)
    const job = inState(named(run, 'build'), endedAs('success'), [
      { id: task.taskId, index: 0, losses: 0, status: 'running', worker: 'worker' },
    ])
    await save(store, run, [], { ...changesOf(run), jobs: [job] })
    expect(await store.views.job(job.id)).toEqual({
      pipeline: run.pipeline,
      workflow: run.workflow,
      job,
      tasks: [{ index: 0, steps: [step] }],
    })
  })

  test('knows nothing of ids that are not there, or no ids at all', async () => {
    const { store } = await open()
    const { pipeline } = aRun()
    expect(await store.views.pipeline(pipeline.id)).toBeNull()
    expect(await store.views.job(jobId(pipeline.id))).toBeNull()
    expect(await store.views.pipeline(pipelineId('../etc'))).toBeNull()
    expect(await store.views.job(jobId("'"))).toBeNull()
  })

  test('counts the workers whose lease is valid, and their tasks', async () => {
    const { store, query } = await open()
    await claimed(store)
    await aWorker(store, 'idle')
    await aWorker(store, 'gone')
    await query(`update worker set lease_until = now() where name = 'gone'`)
    expect(await store.views.workers()).toEqual([
      { name: 'idle', tasks: 0 },
      { name: 'worker', tasks: 1 },
    ])
  })

  test('tells what must be known about workers whose lease is valid, each text once', async () => {
    const { store, query } = await open()
    for (const name of ['one', 'two', 'gone']) {
      const worker = await aWorker(store, name)
      const notice = name === 'gone' ? 'not any more' : 'jobs see each other'
      await store.tasks.register({ id: worker, name, notice })
    }
    await aWorker(store, 'fine')
    await query(`update worker set lease_until = now() where name = 'gone'`)
    expect(await store.views.notices()).toEqual(['jobs see each other'])
  })

  test('names the newest pipeline of each ref at a commit, newest first', async () => {
    const { store } = await open()
    const sha = randomSha()
    const runs = [
      aRun({ sha, number: 1 }),
      aRun({ sha, number: 2, ref: { kind: 'tag', name: 'main' } }),
      aRun({ sha, number: 3 }),
      aRun({ sha, number: 9, repositoryId: 12 }),
    ]
    for (const run of runs) await save(store, run)
    expect(await store.pipelines.atCommit(11, sha)).toEqual([
      runs[2]?.pipeline.id,
      runs[1]?.pipeline.id,
    ])
    const ofHead = (branch: string) => store.pipelines.ofHead(11, { sha: commitSha(sha), branch })
    expect(await ofHead('main')).toEqual([runs[2]?.pipeline.id])
    expect(await ofHead('pull/1')).toEqual([])
  })

  test('answers a ping', async () => {
    const { store } = await open()
    await expect(store.views.ping()).resolves.toBeUndefined()
  })
}
