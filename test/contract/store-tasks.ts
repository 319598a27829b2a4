import { expect, test } from 'vitest'
import { taskId, workerId } from '../../src/model/ids.ts'
import type { StepRecord } from '../../src/ports/tasks.ts'
import type { Open } from '../support/database.ts'
import {
  aRun,
  aTask,
  aWorker,
  aWorkflow,
  changesOf,
  claimed,
  drain,
  effect,
  inState,
  named,
  nothingChanged,
  queue,
  save,
} from './store-runs.ts'

const graph = { a: '', b: '', c: '' }
const success = { kind: 'success' } as const

export function tasksContract(open: Open): void {
  test('gives a worker all that it must know about a task', async () => {
    const { store } = await open()
    const run = aRun({ number: 7 })
    const job = named(run, 'build')
    const task = { ...aTask(run, job, 2), total: 4 }
    await save(store, run, [queue(task)])
    expect(await store.tasks.claim(await aWorker(store), 5)).toEqual([
      {
        ...task,
        claim: 1,
        workspaceId: run.workflow.workspaceId,
        pipelineNumber: 7,
        workflowName: 'build',
        jobName: 'build',
        attempt: 1,
        body: job.planned.body,
        contexts: [],
        trigger: run.pipeline.trigger,
        setup: false,
        adopted: false,
        canceled: false,
      },
    ])
  })

  test('gives out the oldest tasks first, as many as asked for, each once', async () => {
    const { store } = await open()
    const run = aRun({ graph })
    const tasks = run.jobs.map((job) => aTask(run, job))
    await save(store, run, tasks.map(queue))
    const worker = await aWorker(store)
    const ids = async (limit: number) =>
      (await store.tasks.claim(worker, limit)).map((task) => task.taskId)
    expect(await ids(2)).toEqual([tasks[0]?.taskId, tasks[1]?.taskId])
    expect(await ids(2)).toEqual([tasks[2]?.taskId])
    expect(await ids(2)).toEqual([])
  })

  test('queues a task once however often it is asked', async () => {
    const { store } = await open()
    const run = aRun()
    const task = aTask(run, named(run, 'build'))
    await save(store, run, [queue(task), queue(task)])
    await effect(store, run, [queue(task)])
    const worker = await aWorker(store)
    expect(await store.tasks.claim(worker, 5)).toHaveLength(1)
  })

  test('never shares a task between two workers', async () => {
    const { store, open: again } = await open()
    const other = await again()
    const graphOf = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`j${index}`, '']))
    const run = aRun({ graph: graphOf })
    await save(
      store,
      run,
      run.jobs.map((job) => queue(aTask(run, job))),
    )
    const workers = await Promise.all([store, other, store, other].map((one) => aWorker(one)))
    const claims = await Promise.all(
      workers.flatMap((worker, index) =>
        Array.from({ length: 4 }, () => (index % 2 ? other : store).tasks.claim(worker, 5)),
      ),
    )
    const ids = claims.flat().map((task) => task.taskId)
    expect(new Set(ids).size).toBe(ids.length)
    const rest = await store.tasks.claim(workers[0] ?? (await aWorker(store)), 60)
    expect(ids.length + rest.length).toBe(60)
  })

  test('puts task-started for each task that is claimed', async () => {
    const { store } = await open()
    const run = aRun()
    const job = named(run, 'build')
    const task = aTask(run, job)
    await save(store, run, [queue(task)])
    await store.tasks.claim(await aWorker(store, 'otter'), 1)
    const [event] = await drain(store)
    expect(event).toEqual({
      type: 'task-started',
      pipelineId: run.pipeline.id,
      at: expect.any(Number),
      jobId: job.id,
      taskId: task.taskId,
      worker: 'otter',
      outcome: null,
    })
    expect(Math.abs((event?.at ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  test('gives nothing to a worker that has no lease', async () => {
    const { store, query } = await open()
    const run = aRun()
    await save(store, run, [queue(aTask(run, named(run, 'build')))])
    expect(await store.tasks.claim(workerId(run.pipeline.id), 1)).toEqual([])
    const late = await aWorker(store)
    await query('update worker set lease_until = now()')
    expect(await store.tasks.claim(late, 1)).toEqual([])
    expect(await store.tasks.claim(await aWorker(store), 1)).toHaveLength(1)
  })

  test('says which workflow a job belongs to now, when a re-run took it along', async () => {
    const { store } = await open()
    const run = aRun()
    const job = named(run, 'build')
    await save(store, run, [queue(aTask(run, job))])
    const next = aWorkflow(run.pipeline, { attempt: 2, name: 'again' })
    await save(store, run, [], {
      ...nothingChanged,
      workflows: [{ ...run.workflow, supersededBy: next.id }, next],
      jobs: [{ ...job, workflowId: next.id }],
    })
    const [task] = await store.tasks.claim(await aWorker(store), 1)
    expect(task).toMatchObject({ workflowId: next.id, workflowName: 'again' })
  })

  test('ends a task once and puts task-finished with its outcome', async () => {
    const { store } = await open()
    const { run, worker, task } = await claimed(store)
    await drain(store)
    const outcome = { kind: 'failed', because: 'exit 1', step: 'te\0st', exitCode: 1 } as const
    expect(await store.tasks.finish(worker, task, outcome)).toBe(true)
    expect(await store.tasks.finish(worker, task, outcome)).toBe(true)
    expect(await drain(store)).toEqual([
      {
        type: 'task-finished',
        pipelineId: run.pipeline.id,
        at: expect.any(Number),
        jobId: task.jobId,
        taskId: task.taskId,
        worker: 'worker',
        outcome,
      },
    ])
    expect(await store.tasks.adopt(worker)).toEqual([])
  })

  test('refuses the end of a task under an old claim, by another worker, or of no task', async () => {
    const { store } = await open()
    const { worker, task } = await claimed(store)
    await drain(store)
    const [adopted] = await store.tasks.adopt(worker)
    expect(await store.tasks.finish(worker, task, success)).toBe(false)
    const newest = { taskId: task.taskId, claim: adopted?.claim ?? 0 }
    expect(await store.tasks.finish(await aWorker(store), newest, success)).toBe(false)
    const unknown = { taskId: taskId(worker), claim: 1 }
    expect(await store.tasks.finish(worker, unknown, success)).toBe(false)
    expect(await drain(store)).toEqual([])
    expect(await store.tasks.finish(worker, newest, success)).toBe(true)
    expect(await store.tasks.finish(worker, task, success)).toBe(false)
  })

  test('ends an unclaimed task at once when it is canceled', async () => {
    const { store } = await open()
    const run = aRun()
    const task = aTask(run, named(run, 'build'))
    await save(store, run, [queue(task)])
    const cancel = { type: 'cancel-task', taskId: task.taskId, because: 'ann \0 said so' } as const
    await effect(store, run, [cancel, cancel])
    expect(await store.tasks.claim(await aWorker(store), 1)).toEqual([])
    expect(await drain(store)).toEqual([
      {
        type: 'task-finished',
        pipelineId: run.pipeline.id,
        at: expect.any(Number),
        jobId: task.jobId,
        taskId: task.taskId,
        worker: '',
        outcome: { kind: 'canceled', because: 'ann \0 said so' },
      },
    ])
    await effect(store, run, [cancel])
    expect(await drain(store)).toEqual([])
  })

  test('tells the worker when a claimed task is canceled, and leaves its end to it', async () => {
    const { store } = await open()
    const { run, worker, task } = await claimed(store)
    await drain(store)
    expect(await store.tasks.canceled(worker)).toEqual([])
    await effect(store, run, [{ type: 'cancel-task', taskId: task.taskId, because: 'ann' }])
    expect(await store.tasks.canceled(worker)).toEqual([task.taskId])
    expect(await store.tasks.canceled(await aWorker(store))).toEqual([])
    expect(await drain(store)).toEqual([])
    const [adopted] = await store.tasks.adopt(worker)
    expect(adopted?.canceled).toBe(true)
    const end = { taskId: task.taskId, claim: adopted?.claim ?? 0 }
    expect(await store.tasks.finish(worker, end, { kind: 'canceled', because: 'ann' })).toBe(true)
    expect(await store.tasks.canceled(worker)).toEqual([])
  })

  test('cancels a task once while it is being claimed: it is either ended or told', async () => {
    const { store, open: again } = await open()
    const other = await again()
    const jobs = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`j${index}`, '']))
    const run = aRun({ graph: jobs })
    const tasks = run.jobs.map((job) => aTask(run, job))
    await save(store, run, tasks.map(queue))
    const worker = await aWorker(other)
    const [claims] = await Promise.all([
      Promise.all(tasks.map(() => other.tasks.claim(worker, 1))),
      effect(
        store,
        run,
        tasks.map(({ taskId: id }) => ({ type: 'cancel-task', taskId: id, because: 'ann' })),
      ),
    ])
    const running = claims.flat().map((task) => task.taskId)
    expect(new Set(await store.tasks.canceled(worker))).toEqual(new Set(running))
    const ended = (await drain(store)).filter(({ type }) => type === 'task-finished')
    expect(ended.length + running.length).toBe(30)
  })

  test('records the steps of a task, the newest word on each, under the current claim only', async () => {
    const { store } = await open()
    const { worker, task } = await claimed(store)
    const step = (index: number, state: StepRecord['state']): StepRecord => ({
      taskId: task.taskId,
      index,
      name: `step ${index} \0`,
      type: 'run',
      when: 'on_success',
      state,
    })
    const running = { status: 'running', startedAt: 1 } as const
    const ended = {
      status: 'success',
      startedAt: 1,
      endedAt: 2,
      exitCode: 0,
      message: null,
    } as const
    expect(await store.steps.record(task.claim, step(1, running))).toBe(true)
    expect(await store.steps.record(task.claim, step(0, running))).toBe(true)
    expect(await store.steps.record(task.claim, step(0, ended))).toBe(true)
    expect(await store.steps.record(task.claim - 1, step(2, running))).toBe(false)
    const [adopted] = await store.tasks.adopt(worker)
    expect(await store.steps.record(task.claim, step(2, running))).toBe(false)
    expect(await store.steps.of(task.taskId)).toEqual([step(0, ended), step(1, running)])
    const last = { taskId: task.taskId, claim: adopted?.claim ?? 0 }
    await store.tasks.finish(worker, last, success)
    expect(await store.steps.record(last.claim, step(2, running))).toBe(false)
    expect(await store.steps.of(taskId('nothing of ours'))).toEqual([])
  })

  test('says which tasks have not ended, whoever has them', async () => {
    const { store } = await open()
    const { run, worker, task } = await claimed(store)
    const other = { ...aTask(run, named(run, 'build')), index: 1 }
    await effect(store, run, [queue(other)])
    const ids = [task.taskId, other.taskId, taskId(worker)]
    const unfinished = async () => new Set(await store.tasks.unfinished(ids))
    expect(await unfinished()).toEqual(new Set([task.taskId, other.taskId]))
    await store.tasks.finish(worker, task, success)
    expect(await unfinished()).toEqual(new Set([other.taskId]))
  })

  test('keeps queued tasks of a job whose state changes', async () => {
    const { store } = await open()
    const run = aRun()
    const job = named(run, 'build')
    await save(store, run, [queue(aTask(run, job))])
    const queued = inState(job, { status: 'queued', queuedAt: 1, cancel: null })
    await save(store, run, [], { ...changesOf(run), jobs: [queued] })
    expect(await store.tasks.claim(await aWorker(store), 1)).toHaveLength(1)
  })
}
