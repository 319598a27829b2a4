import { expect, test } from 'vitest'
import type { JobRun } from '../../src/model/run.ts'
import type { Layer } from '../../src/ports/workspaces.ts'
import type { Open } from '../support/database.ts'
import {
  aRun,
  aWorkflow,
  edgesOf,
  effect,
  named,
  nothingChanged,
  type Run,
  save,
} from './store-runs.ts'

const layer = (job: JobRun, index = 0, sequence = 0): Layer => ({
  jobId: job.id,
  jobName: job.planned.name,
  index,
  sequence,
  blob: `${job.planned.name}-${index}-${sequence}`,
  paths: ['out/a \0 b'],
})

export function workspacesContract(open: Open): void {
  test('gives a job the layers of all that it requires, after those that each could see', async () => {
    const { store } = await open()
    const run = aRun({
      graph: {
        join: ['left', 'right'],
        right: 'hold',
        left: 'root',
        hold: 'root',
        root: '',
        beside: 'root',
        after: 'join',
      },
    })
    await save(store, run)
    for (const name of ['after', 'beside', 'join', 'left', 'right', 'root'])
      await store.workspaces.add(run.workflow.workspaceId, layer(named(run, name)))
    const found = await store.workspaces.upstream(named(run, 'join').id)
    expect(found.map(({ jobName }) => jobName)).toEqual(['root', 'left', 'right'])
    expect(found[0]).toEqual({ ...layer(named(run, 'root')), ancestors: [] })
    expect(found[1]?.ancestors).toEqual([named(run, 'root').id])
    expect(new Set(found[2]?.ancestors)).toEqual(
      new Set([named(run, 'root').id, named(run, 'hold').id]),
    )
    expect(await store.workspaces.upstream(named(run, 'root').id)).toEqual([])
  })

  test('gives the layers of one job by task and sequence', async () => {
    const { store } = await open()
    const run = aRun({ graph: { build: '', test: 'build' } })
    await save(store, run)
    const build = named(run, 'build')
    for (const [index, sequence] of [
      [1, 0],
      [0, 1],
      [0, 0],
    ] as const)
      await store.workspaces.add(run.workflow.workspaceId, layer(build, index, sequence))
    const found = await store.workspaces.upstream(named(run, 'test').id)
    expect(found.map(({ blob }) => blob)).toEqual(['build-0-0', 'build-0-1', 'build-1-0'])
  })

  test('replaces a layer that is added again', async () => {
    const { store } = await open()
    const run = aRun({ graph: { build: '', test: 'build' } })
    await save(store, run)
    const build = layer(named(run, 'build'))
    await store.workspaces.add(run.workflow.workspaceId, build)
    await store.workspaces.add(run.workflow.workspaceId, { ...build, blob: 'again' })
    const found = await store.workspaces.upstream(named(run, 'test').id)
    expect(found.map(({ blob }) => blob)).toEqual(['again'])
  })

  test('lets a carried job stand for the one that did the work, through two re-runs', async () => {
    const { store } = await open()
    const first = aRun({ graph: { build: '', lint: 'build', test: ['lint'] } })
    await save(store, first)
    for (const name of ['build', 'lint'])
      await store.workspaces.add(first.workflow.workspaceId, layer(named(first, name)))
    const second = await rerun(first)
    const third = await rerun(second)
    const found = await store.workspaces.upstream(named(third, 'test').id)
    const [build, lint] = [named(first, 'build').id, named(first, 'lint').id]
    expect(found.map(({ jobId, ancestors }) => [jobId, ancestors])).toEqual([
      [build, []],
      [lint, [build]],
    ])

    /** Carries everything but `test`, which moves along. */
    async function rerun(old: Run): Promise<Run> {
      const next = aWorkflow(old.pipeline, { workspaceId: old.workflow.workspaceId })
      const again = aRun({ graph: { build: '', lint: 'build', test: ['lint'] } })
      const jobs = again.jobs.map((job): JobRun => {
        const before = named(old, job.planned.name)
        const carried = { ...job, pipelineId: old.pipeline.id, layersOf: before.layersOf }
        return { ...(job.planned.name === 'test' ? before : carried), workflowId: next.id }
      })
      const run = { ...old, workflow: next, jobs, edges: edgesOf(jobs) }
      await save(store, run, [], {
        ...nothingChanged,
        workflows: [next, { ...old.workflow, supersededBy: next.id }],
        jobs,
        edges: new Map([[next.id, run.edges]]),
      })
      return run
    }
  })

  test('follows a chain of thousands of jobs', async () => {
    const { store } = await open()
    const length = 2_000
    const run = aRun({
      graph: Object.fromEntries(
        Array.from({ length }, (_, index) => [`j${index}`, index ? `j${index - 1}` : '']),
      ),
    })
    await save(store, run)
    await effect(store, run, [])
    await store.workspaces.add(run.workflow.workspaceId, layer(named(run, 'j0')))
    await store.workspaces.add(run.workflow.workspaceId, layer(named(run, 'j1500')))
    const found = await store.workspaces.upstream(named(run, `j${length - 1}`).id)
    expect(found.map(({ jobName, ancestors }) => [jobName, ancestors.length])).toEqual([
      ['j0', 0],
      ['j1500', 1_500],
    ])
  })
}
