import { expect, test } from 'vitest'
import type { Project } from '../../src/model/run.ts'
import type { Needs, Slice } from '../../src/model/state.ts'
import type { Store } from '../../src/store/store.ts'
import { repository } from '../support/builders.ts'
import type { Open } from '../support/database.ts'
import {
  anEvent,
  aRun,
  aWorkflow,
  changesOf,
  endedAs,
  handle,
  inState,
  jobIds,
  named,
  nothingChanged,
  type Run,
  randomSha,
  save,
  triggered,
} from './store-runs.ts'

const graph = { a: '', b: 'a', c: ['a', { b: ['failed', 'canceled'] }] } as const

async function loaded(store: Store, run: Run, ...needs: readonly Needs[]): Promise<Slice> {
  const slices: Slice[] = []
  await handle(store, anEvent(run), async (taken) => {
    for (const one of needs) slices.push(await taken.load(one))
  })
  const last = slices.at(-1)
  if (!last) throw new Error('nothing was loaded')
  return last
}

export function stateContract(open: Open): void {
  test('gives back what was saved, to the letter', async () => {
    const { store } = await open()
    const run = aRun({ graph })
    await save(store, run)
    const slice = await loaded(store, run, { whole: 'all' })
    expect(slice.pipeline).toEqual(run.pipeline)
    expect(slice.workflows).toEqual([run.workflow])
    expect([...slice.jobs.values()]).toEqual(run.jobs)
    expect([...slice.whole]).toEqual([run.workflow.id])
    const edges = [...slice.dependents.values()].flat()
    expect(new Set(edges)).toEqual(new Set(run.edges))
    expect([...slice.dependents.keys()]).toEqual(jobIds(run.jobs))
  })

  test('reads nothing that was not asked for', async () => {
    const { store } = await open()
    const run = aRun({ graph })
    await save(store, run)
    const slice = await loaded(store, run, {})
    expect(slice.pipeline?.id).toBe(run.pipeline.id)
    expect(slice.workflows).toHaveLength(1)
    expect([slice.jobs.size, slice.dependents.size, slice.whole.size]).toEqual([0, 0, 0])
    expect(slice.project).toBeNull()
  })

  test('reads the edges that leave a job and the jobs at their ends', async () => {
    const { store } = await open()
    const run = aRun({ graph: { ...graph, elsewhere: '' } })
    await save(store, run)
    const [a, c] = [named(run, 'a'), named(run, 'c')]
    const slice = await loaded(store, run, { dependentsOf: [a.id, c.id] })
    expect([...slice.jobs.values()].map((job) => job.planned.name).toSorted()).toEqual([
      'a',
      'b',
      'c',
    ])
    expect(slice.dependents.get(a.id)?.map(({ to }) => to)).toEqual([named(run, 'b').id, c.id])
    expect(slice.dependents.get(c.id)).toEqual([])
    expect(slice.dependents.has(named(run, 'b').id)).toBe(false)
  })

  test('adds to what was read before', async () => {
    const { store } = await open()
    const run = aRun({ graph })
    await save(store, run)
    const [a, b] = [named(run, 'a'), named(run, 'b')]
    const slice = await loaded(store, run, { jobs: [a.id] }, { jobs: [b.id, a.id] })
    expect([...slice.jobs.values()]).toEqual([a, b])
  })

  test('does not read jobs of another pipeline', async () => {
    const { store } = await open()
    const [mine, theirs] = [aRun(), aRun()]
    await save(store, mine)
    await save(store, theirs)
    const slice = await loaded(store, mine, {
      jobs: jobIds(theirs.jobs),
      whole: [theirs.workflow.id],
    })
    expect(slice.jobs.size).toBe(0)
  })

  test('leaves out superseded workflows, unless a job of theirs is read', async () => {
    const { store } = await open()
    const run = aRun()
    const next = aWorkflow(run.pipeline, { attempt: 2 })
    const old = { ...run.workflow, supersededBy: next.id }
    await save(store, run, [], { ...changesOf(run), workflows: [old, next] })
    const without = await loaded(store, run, { whole: 'all' })
    expect(without.workflows).toEqual([next])
    expect(without.jobs.size).toBe(0)
    const [job] = run.jobs
    const withJob = await loaded(store, run, { jobs: job ? [job.id] : [] })
    expect(withJob.workflows).toEqual([next, old])
  })

  test('changes what is named and leaves the rest', async () => {
    const { store } = await open()
    const run = aRun({ graph })
    await save(store, run)
    const changed = inState(named(run, 'a'), endedAs('success'))
    await handle(store, anEvent(run), async (taken) => {
      await taken.load({ jobs: [changed.id] })
      await taken.save({ ...nothingChanged, jobs: [changed] }, [])
    })
    const slice = await loaded(store, run, { whole: 'all' })
    expect([...slice.jobs.values()]).toEqual([changed, named(run, 'b'), named(run, 'c')])
    expect([...slice.dependents.values()].flat()).toHaveLength(run.edges.length)
  })

  test('changes a job that was not read before', async () => {
    const { store } = await open()
    const run = aRun()
    await save(store, run)
    const changed = run.jobs.map((job) => inState(job, endedAs('failed')))
    await save(store, run, [], { ...nothingChanged, jobs: changed })
    const slice = await loaded(store, run, { whole: 'all' })
    expect([...slice.jobs.values()]).toEqual(changed)
  })

  test('moves a job to the workflow that takes it along, without its old edges', async () => {
    const { store } = await open()
    const run = aRun({ graph: { a: '', b: 'a', c: 'b' } })
    await save(store, run)
    const next = aWorkflow(run.pipeline, { attempt: 2 })
    const moved = { ...named(run, 'b'), workflowId: next.id, position: 0 }
    await handle(store, anEvent(run), async (taken) => {
      await taken.load({ jobs: [moved.id] })
      await taken.save(
        {
          ...nothingChanged,
          workflows: [{ ...run.workflow, supersededBy: next.id }, next],
          jobs: [moved],
          edges: new Map([[next.id, []]]),
        },
        [],
      )
    })
    const slice = await loaded(store, run, { whole: 'all', dependentsOf: [named(run, 'a').id] })
    expect([...slice.whole]).toEqual([next.id])
    expect(slice.jobs).toEqual(new Map([moved, named(run, 'a')].map((job) => [job.id, job])))
    expect([...slice.dependents.values()].flat()).toEqual([])
    expect(await store.workspaces.upstream(moved.id)).toEqual([])
  })

  test('gives a trigger its project and the other pipelines of the commit', async () => {
    const { store } = await open()
    const sha = randomSha()
    const project: Project = { repository, lastNumber: 2, usesSluice: true }
    const main = aRun({ sha, number: 1 })
    const tag = aRun({ sha, number: 2, ref: { kind: 'tag', name: 'v1' } })
    await save(store, main, [], { ...changesOf(main), project })
    await save(store, tag)
    await save(store, aRun({ sha: randomSha(), number: 3 }))
    await save(store, aRun({ sha, repositoryId: 99 }))
    const fresh = aRun({ sha, number: 4 })
    await handle(store, triggered(fresh), async (taken) => {
      const slice = await taken.load({ project: true })
      expect(slice.project).toEqual(project)
      expect(slice.siblings).toEqual([
        { id: main.pipeline.id, ref: { kind: 'branch', name: 'main' }, number: 1, beside: false },
        { id: tag.pipeline.id, ref: { kind: 'tag', name: 'v1' }, number: 2, beside: false },
      ])
    })
    const later = await loaded(store, main, { project: true })
    expect(later.project).toEqual(project)
    expect(later.siblings.map(({ number }) => number)).toEqual([2])
  })

  test('numbers the pipelines of a new project one after another, however many begin at once', async () => {
    const { store, open: again } = await open()
    const stores = [store, await again()]
    const runs = Array.from({ length: 12 }, () => aRun())
    await store.inbox.put(runs.map((run) => ({ key: run.pipeline.id, event: triggered(run) })))
    const numbers: number[] = []
    const taker = async (from: Store) => {
      while (numbers.length < runs.length) {
        await from.conveyor.take(async (taken) => {
          const run = runs.find(({ pipeline }) => pipeline.id === taken.event.pipelineId)
          const { project } = await taken.load({ project: true })
          if (!run) return
          const lastNumber = (project?.lastNumber ?? 0) + 1
          await taken.save(
            { ...changesOf(run), project: { repository, lastNumber, usesSluice: true } },
            [],
          )
          numbers.push(lastNumber)
        })
      }
    }
    await Promise.all([...stores, ...stores].map(taker))
    expect(numbers.toSorted((one, other) => one - other)).toEqual(runs.map((_, index) => index + 1))
  })

  test('writes a workflow of ten thousand jobs in a few statements, and touches few rows after', async () => {
    const { store, query } = await open()
    const wide = Array.from({ length: 9_998 }, (_, index) => `j${index}`)
    const run = aRun({
      graph: {
        first: '',
        ...Object.fromEntries(wide.map((name) => [name, 'first'])),
        last: wide,
      },
    })
    await save(
      store,
      run,
      run.jobs.map((job) => ({
        type: 'report',
        urgency: 'queued',
        subject: { kind: 'job', jobId: job.id, pipelineId: job.pipelineId },
      })),
    )
    expect(await query('select count(*)::int as rows from edge')).toEqual([{ rows: 19_996 }])
    const slice = await loaded(store, run, { dependentsOf: [named(run, 'j7').id] })
    expect(slice.jobs.size).toBe(2)
    const whole = await loaded(store, run, { whole: 'all' })
    expect(whole.jobs.size).toBe(10_000)
  })
}
