import { expect, test } from 'vitest'
import type { ClaimedTask } from '../../src/ports/tasks.ts'
import type { ResultsOwner, TestResult } from '../../src/ports/test-results.ts'
import type { Store } from '../../src/store/store.ts'
import type { Open } from '../support/database.ts'
import { checkOf } from './store-artifacts.ts'
import { aRun, aTask, aWorker, claimed, queue, save } from './store-runs.ts'

const result = (name: string, change: Partial<TestResult> = {}): TestResult => ({
  name,
  classname: 'suite',
  file: null,
  line: null,
  seconds: 0.5,
  result: 'success',
  flaky: false,
  message: '',
  ...change,
})
const failure = (name: string, change: Partial<TestResult> = {}) =>
  result(name, { result: 'failure', message: 'no', ...change })

const owner = (task: ClaimedTask, change: Partial<ResultsOwner> = {}): ResultsOwner => ({
  ...task,
  step: 2,
  repositoryId: 1,
  sha: 'abc',
  ...change,
})

/** As many tasks of one job, in the hands of a worker. */
async function tasksOf(store: Store, total: number): Promise<readonly ClaimedTask[]> {
  const run = aRun()
  const tasks = Array.from({ length: total }, (_, index) =>
    run.jobs.map((job) => queue({ ...aTask(run, job, index), total })),
  )
  await save(store, run, tasks.flat())
  return store.tasks.claim(await aWorker(store), total)
}

export function testResultsContract(open: Open): void {
  test('sums up the tests of a job over its tasks and steps', async () => {
    const { store } = await open()
    const [first, second] = await tasksOf(store, 2)
    if (!first || !second) throw new Error('two tasks were to be claimed')
    await store.testResults.store(owner(first), [
      result('a', { seconds: 2 }),
      failure('b', { file: 'src/b.ts', line: 7, message: 'no \0 😀', seconds: 0.25 }),
      result('c', { result: 'skipped', seconds: 9 }),
    ])
    await store.testResults.store(owner(first, { step: 3 }), [failure('d', { result: 'error' })])
    await store.testResults.store(owner(second), [result('e', { seconds: 3 })])
    expect(await store.testResults.summary(first.jobId)).toEqual({
      total: 5,
      failed: 2,
      skipped: 1,
      seconds: 14.75,
      failures: [
        { name: 'b', classname: 'suite', file: 'src/b.ts', line: 7, message: 'no � 😀', index: 0 },
        { name: 'd', classname: 'suite', file: null, line: null, message: 'no', index: 0 },
      ],
      slowest: [
        { name: 'e', classname: 'suite', file: null, seconds: 3 },
        { name: 'a', classname: 'suite', file: null, seconds: 2 },
        { name: 'd', classname: 'suite', file: null, seconds: 0.5 },
        { name: 'b', classname: 'suite', file: 'src/b.ts', seconds: 0.25 },
      ],
      flaky: [],
    })
  })

  test('has no summary of a job that stored nothing', async () => {
    const { store } = await open()
    const { task } = await claimed(store)
    expect(await store.testResults.summary(task.jobId)).toBeNull()
    await store.testResults.store(owner(task), [])
    expect(await store.testResults.summary(task.jobId)).toBeNull()
  })

  test('replaces what a step stored before, and refuses an old claim', async () => {
    const { store } = await open()
    const { task } = await claimed(store)
    await store.testResults.store(owner(task), [failure('a'), failure('b')])
    expect(await store.testResults.store(owner(task), [failure('c')])).toBe(true)
    const old = owner({ ...task, claim: task.claim - 1 })
    expect(await store.testResults.store(old, [failure('x')])).toBe(false)
    const summary = await store.testResults.summary(task.jobId)
    expect(summary?.failures.map(({ name }) => name)).toEqual(['c'])
  })

  test('takes tens of thousands of tests, and tells of the first fifty failures and five slowest', async () => {
    const { store } = await open()
    const { task } = await claimed(store)
    const tests = Array.from({ length: 12_000 }, (_, at) => failure(`t${at}`, { seconds: at }))
    await store.testResults.store(owner(task), tests)
    const summary = await store.testResults.summary(task.jobId)
    expect(summary).toMatchObject({ total: 12_000, failed: 12_000 })
    expect(summary?.failures.map(({ name }) => name)).toEqual(
      Array.from({ length: 50 }, (_, at) => `t${at}`),
    )
    expect(summary?.slowest.map(({ name }) => name)).toEqual(
      [11_999, 11_998, 11_997, 11_996, 11_995].map((at) => `t${at}`),
    )
  })

  test('names as flaky what passed after it had failed at the same commit', async () => {
    const { store } = await open()
    const { task: first } = await claimed(store)
    const { task: second } = await claimed(store)
    await store.testResults.store(owner(first), [
      failure('mended'),
      failure('still'),
      result('fine'),
      failure('twin', { classname: 'other' }),
    ])
    await store.testResults.store(owner(second), [
      result('mended', { file: 'm.ts' }),
      failure('still'),
      result('fine'),
      result('twin'),
    ])
    const summary = await store.testResults.summary(second.jobId)
    expect(summary?.flaky).toEqual([{ name: 'mended', classname: 'suite', file: 'm.ts' }])
    expect((await store.testResults.summary(first.jobId))?.flaky).toEqual([])
  })

  test('takes no other commit, job or repository for an earlier attempt', async () => {
    const { store } = await open()
    const others = [{ sha: 'def' }, { repositoryId: 2 }, { jobName: 'x' }, { workflowName: 'y' }]
    for (const other of others) {
      const { task } = await claimed(store)
      await store.testResults.store(owner(task, other), [failure('a')])
    }
    const { task } = await claimed(store)
    await store.testResults.store(owner(task), [result('a')])
    expect((await store.testResults.summary(task.jobId))?.flaky).toEqual([])
  })

  test('names as flaky what was tried again in one task, but not what another task saw', async () => {
    const { store } = await open()
    const [first, second] = await tasksOf(store, 2)
    if (!first || !second) throw new Error('two tasks were to be claimed')
    await store.testResults.store(owner(first), [failure('a'), failure('b'), result('a')])
    await store.testResults.store(owner(second), [result('b'), result('c', { flaky: true })])
    const summary = await store.testResults.summary(first.jobId)
    expect(summary?.flaky.map(({ name }) => name)).toEqual(['a', 'c'])
  })

  test('counts only the last of the tasks that ran one part of a job', async () => {
    const { store } = await open()
    const [lost, successor] = await tasksOf(store, 2)
    if (!lost || !successor) throw new Error('two tasks were to be claimed')
    await store.testResults.store(owner(lost, { index: 0 }), [result('a'), failure('b')])
    await store.testResults.store(owner(successor, { index: 0 }), [result('a')])
    expect(await store.testResults.summary(lost.jobId)).toMatchObject({ total: 1, failed: 0 })
  })

  test('gives the timings of the newest runs of a job, newest first, without skipped tests', async () => {
    const { store } = await open()
    const mine = { repositoryId: 1, jobName: 'test' }
    for (const [at, seconds] of [9, 1, 2, 3].entries()) {
      const { task } = await claimed(store)
      await store.testResults.store(owner(task, mine), [
        result('a', { seconds, file: `run-${at}` }),
        result('s', { result: 'skipped' }),
      ])
    }
    const { task } = await claimed(store)
    await store.testResults.store(owner(task, { ...mine, jobName: 'other' }), [result('x')])
    await store.testResults.store(owner(task, { ...mine, step: 9, repositoryId: 2 }), [result('y')])
    const { jobId } = task
    expect(await store.testResults.timings({ ...mine, jobId })).toEqual(
      [3, 2, 1].map((seconds) => ({
        name: 'a',
        classname: 'suite',
        file: `run-${seconds}`,
        seconds,
      })),
    )
    const none = { ...mine, jobName: 'none', jobId: (await claimed(store)).task.jobId }
    expect(await store.testResults.timings(none)).toEqual([])
  })

  test('gives all tasks of a job the same timings, whatever is stored meanwhile', async () => {
    const { store } = await open()
    const mine = { repositoryId: 1, jobName: 'test' }
    const { task } = await claimed(store)
    const ask = () => store.testResults.timings({ ...mine, jobId: task.jobId })
    const first = await ask()
    await store.testResults.store(owner(task, mine), [result('of this job')])
    const other = (await claimed(store)).task
    await store.testResults.store(owner(other, mine), [result('of another')])
    expect([first, await ask()]).toEqual([[], []])
  })

  test('shows the summary in the facts of the check', async () => {
    const { store } = await open()
    const { run, task } = await claimed(store)
    await store.testResults.store(owner(task), [failure('a')])
    expect(await checkOf(store, run.pipeline.id, task.jobId)).toMatchObject({
      tests: await store.testResults.summary(task.jobId),
    })
  })

  test('forgets results after thirty days', async () => {
    const { store, query } = await open()
    const { task } = await claimed(store)
    await store.testResults.store(owner(task), [result('a')])
    await query(`update test_report set stored_at = now() - interval '30 days'`)
    expect(await store.blobReferences.expire()).toBe(1)
    expect(await store.testResults.summary(task.jobId)).toBeNull()
    expect(await query('select * from test_results')).toEqual([])
  })
}
