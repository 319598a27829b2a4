import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ScheduleRegistration } from '../../src/model/effect.ts'
import type { Event } from '../../src/model/event.ts'
import { pipelineId } from '../../src/model/ids.ts'
import type { NewEvent } from '../../src/ports/inbox.ts'
import type { DueSchedule } from '../../src/ports/schedules.ts'
import type { Store } from '../../src/store/store.ts'
import { repository } from '../support/builders.ts'
import type { Open } from '../support/database.ts'
import { aRun, changesOf, drain, effect, randomSha, save } from './store-runs.ts'

const daily = { cron: '0 3 * * *', name: 'nightly' }
const hourly = { cron: '0 * * * *', name: 'smoke, lint' }

/** A project with a pipeline, whose branches can get schedules. */
async function aProject(store: Store, repositoryId = repository.id) {
  const run = aRun({ repositoryId })
  const project = { repository: run.pipeline.trigger.repository, lastNumber: 1, usesSluice: true }
  await save(store, run, [], { ...changesOf(run), project })
  const register = (change: Partial<ScheduleRegistration>) => {
    const registration = { repositoryId, branch: 'main', asOf: 1_000, schedules: [], ...change }
    return effect(store, run, [{ type: 'register-schedules', registration }])
  }
  return { run, project, register }
}

/** All there are, whether they are due or rest; they can be leased again at once. */
async function known(store: Store, query: Query): Promise<readonly DueSchedule[]> {
  const rested = `update schedule set rests_until = '-infinity'`
  await query(rested)
  const leased = await store.schedules.lease(Number.MAX_SAFE_INTEGER, 100)
  await query(rested)
  return leased.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

const placeOf = ({ repository: { id }, branch, cron }: DueSchedule) => `${id} ${branch} ${cron}`

type Query = (text: string) => Promise<unknown>

const anEvent = (run: ReturnType<typeof aRun>, key: string = randomUUID()): NewEvent => {
  const { trigger } = run.pipeline
  const event: Event = {
    type: 'triggered',
    pipelineId: pipelineId(randomUUID()),
    at: 5,
    trigger: { ...trigger, type: 'schedule' },
  }
  return { key, event }
}

const first = (schedules: readonly DueSchedule[]): DueSchedule => {
  const [schedule] = schedules
  if (!schedule) throw new Error('nothing was leased')
  return schedule
}

export function schedulesContract(open: Open): void {
  test('gives out what was registered, with the repository as it was named last', async () => {
    const { store, query } = await open()
    const { register, project, run } = await aProject(store)
    await register({ schedules: [daily, hourly] })
    const renamed = { ...project.repository, owner: 'newco', name: 'store' }
    await save(store, aRun(), [], {
      ...changesOf(run),
      project: { ...project, repository: renamed },
    })
    const about = { repository: renamed, branch: 'main', since: 1_000, asOf: 1_000, tries: 0 }
    expect(await known(store, query)).toEqual([
      { ...about, ...hourly, id: expect.any(String) },
      { ...about, ...daily, id: expect.any(String) },
    ])
  })

  test('replaces the schedules of a branch, and of no other', async () => {
    const { store, query } = await open()
    const { register } = await aProject(store)
    const other = await aProject(store, 12)
    await register({ schedules: [daily, hourly] })
    await register({ branch: 'dev', schedules: [daily] })
    await other.register({ schedules: [daily] })
    await register({ schedules: [{ ...daily, name: 'weekly' }], asOf: 2_000 })
    const left = (await known(store, query)).map((one) => [
      one.repository.id,
      one.branch,
      one.cron,
      one.name,
    ])
    expect(left).toEqual([
      [11, 'dev', daily.cron, 'nightly'],
      [11, 'main', daily.cron, 'weekly'],
      [12, 'main', daily.cron, 'nightly'],
    ])
    await register({ asOf: 3_000 })
    expect((await known(store, query)).map(({ branch }) => branch)).toEqual(['dev', 'main'])
  })

  test('a schedule that stays keeps its times, a new one begins when its head was seen', async () => {
    const { store, query } = await open()
    const { register } = await aProject(store)
    await register({ schedules: [daily] })
    const [before] = await known(store, query)
    await register({ schedules: [daily, hourly], asOf: 9_000 })
    const after = await known(store, query)
    expect(after.map(({ cron, since }) => [cron, since])).toEqual([
      [hourly.cron, 9_000],
      [daily.cron, 1_000],
    ])
    expect(after[1]?.id).toBe(before?.id)
  })

  test('an older head changes nothing, also where the newer one has no schedules', async () => {
    const { store, query } = await open()
    const { register } = await aProject(store)
    await register({ asOf: 2_000 })
    await register({ schedules: [daily], asOf: 1_999 })
    expect(await known(store, query)).toEqual([])
    await register({ schedules: [daily], asOf: 2_000 })
    expect(await known(store, query)).toHaveLength(1)
  })

  test('takes names and expressions as long and odd as branches and configs have them', async () => {
    const { store, query } = await open()
    const { register } = await aProject(store)
    const branch = Array.from({ length: 999 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * index * 31 + index) % 20_000)),
    ).join('')
    const cron = `${Array.from({ length: 60 }, (_, index) => index).join(',')} * * * *`
    await register({ branch, schedules: [{ cron, name: 'a\0b' }] })
    expect((await known(store, query)).map((one) => [one.branch, one.cron])).toEqual([
      [branch, cron],
    ])
  })

  test('of many processes one gets a schedule that is due, until its lease ends', async () => {
    const { store, open: another, query } = await open()
    const { register } = await aProject(store)
    await register({ schedules: [daily] })
    const stores = [store, await another(), await another(), await another()]
    const lease = async () =>
      (await Promise.all(stores.map((one) => one.schedules.lease(1_000, 5)))).flat()
    expect(await lease()).toHaveLength(1)
    expect(await lease()).toEqual([])
    await query(`update schedule set rests_until = now()`)
    expect(await lease()).toHaveLength(1)
  })

  test('gives out no more than was asked for, the longest due first', async () => {
    const { store } = await open()
    const { register } = await aProject(store)
    await register({ schedules: [daily, hourly] })
    for (const [at, schedule] of (await store.schedules.lease(0, 9)).entries())
      await store.schedules.wait(schedule, { since: 1_000, dueAt: 2_000 + at })
    expect(await store.schedules.lease(1_999, 9)).toEqual([])
    const [one] = await store.schedules.lease(9_000, 1)
    const [two] = await store.schedules.lease(9_000, 1)
    const rows = [one?.id, two?.id]
    expect(new Set(rows).size).toBe(2)
  })

  test('what is not due yet is left alone, and what never is for ever', async () => {
    const { store } = await open()
    const { register } = await aProject(store)
    await register({ schedules: [daily] })
    const leased = first(await store.schedules.lease(1_500, 1))
    await store.schedules.wait(leased, { since: 1_000, dueAt: 9_000 })
    expect(await store.schedules.lease(8_999, 1)).toEqual([])
    const due = first(await store.schedules.lease(9_000, 1))
    await store.schedules.wait(due, { since: 1_000, dueAt: null })
    expect(await store.schedules.lease(8e15, 1)).toEqual([])
  })

  test('what was settled ahead of the time is looked at again', async () => {
    const { store } = await open()
    const { register } = await aProject(store)
    await register({ schedules: [daily], asOf: 10_000_000 })
    const leased = first(await store.schedules.lease(10_000_000, 1))
    await store.schedules.wait(leased, { since: 10_000_000, dueAt: 99_000_000 })
    expect(await store.schedules.lease(9_999_000, 1)).toEqual([])
    const early = first(await store.schedules.lease(1_000, 1))
    await store.schedules.wait(early, { since: 1_000, dueAt: 2_000 })
    expect(first(await store.schedules.lease(2_000, 1)).since).toBe(1_000)
  })

  test('firing puts the event and settles the time, for one of two who try', async () => {
    const { store, open: another, query } = await open()
    const { register, run } = await aProject(store)
    await register({ schedules: [daily] })
    const leased = first(await store.schedules.lease(5_000, 1))
    const event = anEvent(run)
    const next = { since: 4_000, dueAt: 9_000 }
    await store.schedules.fire(leased, event, next)
    await (await another()).schedules.fire(leased, anEvent(run), next)
    expect(await drain(store)).toEqual([event.event])
    const [row] = await query(`select since, due_at, last_fired from schedule`)
    expect(row).toEqual({ since: '4000', due_at: '9000', last_fired: '4000' })
  })

  test('an event that is known is no second one, and its time is settled all the same', async () => {
    const { store } = await open()
    const { register, run } = await aProject(store)
    await register({ schedules: [daily] })
    const event = anEvent(run, 'schedule:x:1')
    await store.inbox.put([event])
    const leased = first(await store.schedules.lease(5_000, 1))
    await store.schedules.fire(leased, anEvent(run, 'schedule:x:1'), { since: 4_000, dueAt: null })
    expect(await drain(store)).toEqual([event.event])
    expect(await store.schedules.lease(5_000, 1)).toEqual([])
  })

  test('a schedule that went away while it was in hand does not fire', async () => {
    const { store } = await open()
    const { register, run } = await aProject(store)
    await register({ schedules: [daily] })
    const leased = first(await store.schedules.lease(5_000, 1))
    await register({ asOf: 2_000 })
    await store.schedules.fire(leased, anEvent(run), { since: 4_000, dueAt: 9_000 })
    expect(await drain(store)).toEqual([])
  })

  test('a branch that is gone loses all schedules, unless it was made anew meanwhile', async () => {
    const { store, query } = await open()
    const { register } = await aProject(store)
    await register({ schedules: [daily, hourly] })
    await register({ branch: 'dev', schedules: [daily] })
    const [dev, main] = await known(store, query)
    if (!dev || !main) throw new Error('nothing is known')
    await register({ branch: 'dev', schedules: [daily], asOf: 2_000 })
    await store.schedules.forget(dev)
    await store.schedules.forget(main)
    expect((await known(store, query)).map(({ branch }) => branch)).toEqual(['dev'])
  })

  test('branches without schedules are forgotten after a month, others never', async () => {
    const { store, query } = await open()
    const { register } = await aProject(store)
    const day = 86_400_000
    await register({ schedules: [daily], asOf: Date.now() - 40 * day })
    await register({ branch: 'old', asOf: Date.now() - 32 * day })
    await register({ branch: 'dev', asOf: Date.now() - 30 * day })
    expect(await store.forgetOld()).toBe(1)
    const left = await query(`select branch from schedule_branch order by branch`)
    expect(left).toEqual([{ branch: 'dev' }, { branch: 'main' }])
  })

  test('a failure is counted and pauses the schedule; success makes it forgotten', async () => {
    const { store, query } = await open()
    const { register } = await aProject(store)
    await register({ schedules: [daily] })
    await store.schedules.failed(first(await store.schedules.lease(5_000, 1)), '502\0', 60_000)
    expect(await store.schedules.lease(5_000, 1)).toEqual([])
    const again = first(await known(store, query))
    expect(again.tries).toBe(1)
    await store.schedules.wait(again, { since: 1_000, dueAt: 5_000 })
    expect(first(await store.schedules.lease(5_000, 1)).tries).toBe(0)
  })

  test('the check of a schedule is its own: neither shows what the other ran', async () => {
    const { store } = await open()
    const sha = randomSha()
    const push = aRun({ sha, number: 1 })
    const nightly = scheduled(aRun({ sha, number: 2 }), 'nightly')
    const again = scheduled(aRun({ sha, number: 3 }), 'nightly')
    const smoke = scheduled(aRun({ sha, number: 4 }), 'smoke')
    for (const run of [push, nightly, again, smoke])
      await save(store, run, [
        {
          type: 'report',
          subject: { kind: 'pipeline', pipelineId: run.pipeline.id },
          urgency: 'progress',
        },
      ])
    const shown = new Set<string>()
    const room = { create: 'queued', update: 'queued' } as const
    for (
      let row = await store.checks.lease(5, room);
      row !== null;
      row = await store.checks.lease(5, room)
    ) {
      const facts = await store.checks.facts(row)
      if (facts?.kind !== 'pipeline') throw new Error('not of a pipeline')
      shown.add(facts.pipelines.map(({ pipeline }) => pipeline.number).join(' '))
    }
    expect(shown).toEqual(new Set(['1', '3', '4']))
    expect(await store.pipelines.atCommit(repository.id, sha)).toEqual([
      smoke.pipeline.id,
      again.pipeline.id,
      push.pipeline.id,
    ])
  })
}

function scheduled(run: ReturnType<typeof aRun>, name: string): ReturnType<typeof aRun> {
  const schedule = { id: randomUUID(), name, cron: daily.cron, dueAt: 0, missed: 0 }
  const event = { name: 'schedule', action: 'schedule', values: {}, schedule } as const
  const trigger = { ...run.pipeline.trigger, type: 'schedule', event } as const
  return { ...run, pipeline: { ...run.pipeline, trigger } }
}
