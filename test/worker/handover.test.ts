import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Queued, Workplace } from '../support/workplace.ts'
import { found, runStep, untilLogged, workplace } from '../support/workplace.ts'

const places: Workplace[] = []
async function open(): Promise<Workplace> {
  const place = await workplace()
  places.push(place)
  return place
}
afterEach(async () => {
  await Promise.all(places.splice(0).map((place) => place.close()))
})

/** A step that tells its tale slowly enough to be interrupted: 100 lines. */
const tale = 'for i in $(seq 1 100); do echo "line $i"; sleep 0.01; done; exit 3'
const wholeTale = Array.from({ length: 100 }, (_, index) => `line ${index + 1}\n`).join('')

const statuses = async (queued: Queued) => (await queued.steps()).map((step) => step.state.status)

const removed = (place: Workplace) =>
  found('the removal of all environments', async () =>
    (await place.executor.list()).length === 0 ? true : undefined,
  )

/** The sweep of another process, which has watched for long enough to be sure. */
async function reap(place: Workplace): Promise<void> {
  let now = Date.now()
  const watcher = await place.database.open({ clock: { ...systemClock, now: () => now } })
  for (let lost = 0; lost === 0; now += 4000) lost = await watcher.tasks.reap()
}

test('a restart in the middle of a job costs no byte and repeats nothing', async () => {
  const place = await open()
  const first = await place.start()
  const queued = await place.queue([
    runStep('echo once >> ~/count'),
    runStep(tale, { name: 'tale' }),
    runStep('cat ~/count', { when: 'always' }),
  ])
  await untilLogged(queued, 2, 'line 5\n')
  await first.stop()
  expect(first.running()).toBe(0)
  await place.start()
  expect(await queued.outcome()).toMatchObject({ kind: 'failed', step: 'tale', exitCode: 3 })
  expect(await queued.log(2)).toBe(wholeTale)
  expect(await queued.log(3)).toBe('once\n')
  expect(await statuses(queued)).toEqual(['success', 'success', 'failed', 'success'])
})

test('what happened while nobody was there is found afterwards', async () => {
  const place = await open()
  const first = await place.start()
  const queued = await place.queue([
    runStep('echo serving; sleep 300', { background: true }),
    runStep('echo up; sleep 0.3; echo done; touch ~/done'),
    runStep('echo last'),
  ])
  await untilLogged(queued, 2, 'up\n')
  await first.stop()
  const environment = await place.executor.attach(queued.taskId)
  await found('the end of the step', async () =>
    (await environment?.listFiles('~'))?.find((file) => file.path === 'done'),
  )
  await place.start()
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect([await queued.log(1), await queued.log(2)]).toEqual(['serving\n', 'up\ndone\n'])
})

test('a job whose environment is gone is lost, with the cause', async () => {
  const place = await open()
  const first = await place.start()
  const queued = await place.queue([runStep('echo up; sleep 300')])
  await untilLogged(queued, 1, 'up')
  await first.stop()
  await (await place.executor.attach(queued.taskId))?.dispose()
  await place.start()
  expect(await queued.outcome()).toEqual({
    kind: 'lost',
    because: 'its environment was gone when the worker came back',
  })
})

test('a job that had ended all but in name ends as it had, without its environment', async () => {
  const place = await open()
  const { tasks } = place.database.store
  const away = () => Promise.reject(new Error('the database is away'))
  const first = await place.start({ tasks: { ...tasks, finish: away } })
  const queued = await place.queue([runStep('exit 5', { name: 'broken' })])
  await found('the end of the environment', async () => {
    const recorded = (await statuses(queued)).join() === 'success,failed'
    return recorded && (await place.executor.list()).length === 0 ? true : undefined
  })
  await first.stop()
  await place.start()
  expect(await queued.outcome()).toMatchObject({ kind: 'failed', step: 'broken', exitCode: 5 })
})

test('a worker that drains ends what it has and takes nothing new', async () => {
  const place = await open()
  const worker = await place.start()
  const queued = await place.queue([runStep('echo up; sleep 0.3; echo done')])
  await untilLogged(queued, 1, 'up')
  const drained = worker.drain()
  const later = await place.queue([runStep('echo later')])
  await drained
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect(await later.steps()).toEqual([])
  await place.start()
  expect(await later.outcome()).toEqual({ kind: 'success' })
})

test('a lost lease ends the work without ending the job, and the worker starts anew', async () => {
  const place = await open()
  const worker = await place.start()
  const queued = await place.queue([runStep('echo up; sleep 300')])
  await untilLogged(queued, 1, 'up')
  await place.database.query(`update worker set lease_until = now() - interval '1 second'`)
  await reap(place)
  expect(await queued.outcome()).toMatchObject({ kind: 'lost' })
  await found('the worker noticing', async () => (worker.running() === 0 ? true : undefined))
  const next = await place.queue([runStep('echo next')])
  expect(await next.outcome()).toEqual({ kind: 'success' })
  await removed(place)
})

test('a canceled job ends at once, and nothing more of it runs', async () => {
  const place = await open()
  await place.start()
  const queued = await place.queue([
    runStep('trap "echo told; exit 0" TERM; echo up; while true; do sleep 0.01; done', {
      name: 'endless',
    }),
    runStep('echo never', { when: 'always' }),
  ])
  await untilLogged(queued, 1, 'up')
  await queued.cancel()
  expect(await queued.outcome()).toEqual({ kind: 'canceled', because: 'canceled at "endless"' })
  expect(await statuses(queued)).toEqual(['success', 'canceled', 'skipped'])
  expect(await queued.log(1)).toMatch(/^up\n(Terminated\n)?told\n$/)
})

test('a job that was canceled while nobody was there ends when somebody is', async () => {
  const place = await open()
  const first = await place.start()
  const queued = await place.queue([runStep('echo up; sleep 300', { name: 'endless' })])
  await untilLogged(queued, 1, 'up')
  await first.stop()
  await queued.cancel()
  await place.start()
  expect(await queued.outcome()).toMatchObject({ kind: 'canceled' })
  await removed(place)
})

test('a restart between the tries of a step repeats none of them and none of their words', async () => {
  const place = await open()
  const first = await place.start()
  const script = 'echo x >> ~/tries; n=$(wc -l < ~/tries); echo "try $n"; sleep 0.3; test $n -eq 3'
  const queued = await place.queue([
    runStep(script, { maxAutoReruns: 2 }),
    runStep('cat ~/tries', { when: 'always' }),
  ])
  await untilLogged(queued, 1, 'try 2\n')
  await first.stop()
  await place.start()
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  const again = (attempt: number) => `Exited with code 1: attempt ${attempt} of 3\n`
  expect(await queued.log(1)).toBe(`try 1\n${again(2)}try 2\n${again(3)}try 3\n`)
  expect(await queued.log(2)).toBe('x\nx\nx\n')
})
