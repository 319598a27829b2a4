import { expect, test } from 'vitest'
import type { Topic } from '../../src/ports/wake.ts'
import type { Store } from '../../src/store/store.ts'
import { ann } from '../support/builders.ts'
import type { Open } from '../support/database.ts'
import {
  anEvent,
  aRun,
  aTask,
  aWorker,
  drain,
  effect,
  named,
  nothingChanged,
  queue,
  save,
} from './store-runs.ts'

const patient = { timeout: 10_000 }

/** Counts hints, from now on. */
function heard(store: Store, topic: Topic) {
  let hints = 0
  const stop = store.wake.on(topic, () => hints++)
  return { stop, count: () => hints }
}

export function wakeContract(open: Open): void {
  test('tells every process of new events, tasks, effects, checks and cancels', async () => {
    const { store, open: again } = await open()
    const other = await again()
    const run = aRun()
    const task = aTask(run, named(run, 'build'))
    const hints = (['inbox', 'outbox', 'tasks', 'checks'] as const).map((topic) =>
      heard(other, topic),
    )
    const local = heard(store, 'tasks')
    await save(store, run, [
      queue(task),
      {
        type: 'ask-permission',
        pipelineId: run.pipeline.id,
        repository: run.pipeline.trigger.repository,
        request: { person: ann, action: 'approve', jobId: null },
      },
      {
        type: 'report',
        subject: { kind: 'pipeline', pipelineId: run.pipeline.id },
        urgency: 'queued',
      },
    ])
    for (const topic of hints) await expect.poll(topic.count, patient).toBeGreaterThan(0)
    await expect.poll(local.count, patient).toBeGreaterThan(0)
    await store.tasks.claim(await aWorker(store), 1)
    const canceled = heard(other, 'cancels')
    await effect(store, run, [{ type: 'cancel-task', taskId: task.taskId, because: 'ann' }])
    await expect.poll(canceled.count, patient).toBeGreaterThan(0)
  })

  test('tells of the events that tasks put when they begin, end or are lost', async () => {
    const { store, open: again } = await open()
    const other = await again()
    const run = aRun()
    await save(store, run, [queue(aTask(run, named(run, 'build')))])
    await drain(store)
    const worker = await aWorker(store)
    const begun = heard(other, 'inbox')
    const [task] = await store.tasks.claim(worker, 1)
    await expect.poll(begun.count, patient).toBeGreaterThan(0)
    const ended = heard(other, 'inbox')
    if (task) await store.tasks.finish(worker, task, { kind: 'success' })
    await expect.poll(ended.count, patient).toBeGreaterThan(0)
  })

  test('tells nobody who stopped listening', async () => {
    const { store } = await open()
    const [gone, here] = [heard(store, 'inbox'), heard(store, 'inbox')]
    gone.stop()
    gone.stop()
    await store.inbox.put([{ key: 'one', event: anEvent(aRun()) }])
    await expect.poll(here.count, patient).toBeGreaterThan(0)
    expect(gone.count()).toBe(0)
  })

  test('tells nobody of what was rolled back', async () => {
    const { store } = await open()
    const run = aRun()
    await save(store, run)
    const hints = heard(store, 'tasks')
    const events = heard(store, 'inbox')
    await store.inbox.put([{ key: 'one', event: anEvent(run) }])
    await store.conveyor.take(async (taken) => {
      await taken.save(nothingChanged, [queue(aTask(run, named(run, 'build')))])
      throw new Error('no')
    })
    await expect.poll(events.count, patient).toBeGreaterThan(0)
    expect(hints.count()).toBe(0)
  })
}
