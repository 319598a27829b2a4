import { describe, expect, test } from 'vitest'
import { ticksBetween } from '../../src/conductor/cron.ts'
import { fireSchedules } from '../../src/conductor/schedules.ts'
import type { Event } from '../../src/model/event.ts'
import type { Commit, Trigger } from '../../src/model/trigger.ts'
import { GitHubUnavailable } from '../../src/ports/github.ts'
import type { NewEvent } from '../../src/ports/inbox.ts'
import type { DueSchedule, NextTime, Schedules } from '../../src/ports/schedules.ts'
import { fakeSha, repository, trigger } from '../support/builders.ts'
import { silentLog } from '../support/log.ts'

const minuteMs = 60_000
const at = (text: string) => Date.parse(`${text}:00Z`)

/** The schedules of one branch in memory, a clock that a test moves, and a branch on GitHub. */
function world(cron: string, start: number) {
  const state = {
    now: start,
    head: trigger().commit as Commit | null | Error,
    schedule: { ...fresh, cron, since: start } as DueSchedule | null,
    dueAt: 0,
    failures: [] as { readonly error: string; readonly retryInMs: number }[],
    events: [] as NewEvent[],
  }
  const settle = (leased: DueSchedule, next: NextTime): boolean => {
    if (state.schedule?.since !== leased.since) return false
    state.schedule = { ...leased, since: next.since, tries: 0 }
    state.dueAt = next.dueAt ?? Number.POSITIVE_INFINITY
    return true
  }
  const schedules: Schedules = {
    lease: async (now) => (state.schedule && state.dueAt <= now ? [state.schedule] : []),
    wait: async (leased, next) => void settle(leased, next),
    fire: async (leased, event, next) => void (settle(leased, next) && state.events.push(event)),
    forget: async () => void (state.schedule = null),
    failed: async (leased, error, retryInMs) => {
      state.failures.push({ error, retryInMs })
      state.schedule = { ...leased, tries: leased.tries + 1 }
    },
  }
  const github = {
    head: () =>
      state.head instanceof Error ? Promise.reject(state.head) : Promise.resolve(state.head),
  }
  const clock = { now: () => state.now, newId: () => 'x', sleep: () => Promise.resolve() }
  const turn = () => fireSchedules({ schedules, github, clock, log: silentLog })
  return { state, turn, triggers: () => state.events.map(({ event }) => triggerOf(event)) }
}

const fresh: Omit<DueSchedule, 'cron' | 'since'> = {
  id: '00000000-0000-4000-8000-000000000001',
  repository,
  branch: 'main',
  name: 'nightly',
  asOf: 0,
  tries: 0,
}

function triggerOf(event: Event): Trigger {
  if (event.type !== 'triggered') throw new Error(`a ${event.type} instead of a trigger`)
  return event.trigger
}

const dueTimes = (triggers: readonly Trigger[]) =>
  triggers.map(({ event }) => event.schedule?.dueAt)

test('a year goes by: every time of a schedule starts one pipeline, as soon as somebody looks', async () => {
  const [start, end] = [at('2027-12-31T12:34'), at('2029-01-01T12:34')]
  const cron = '*/30 4 29,30,31 * *'
  const { state, turn, triggers } = world(cron, start)
  for (; state.now <= end; state.now += 5 * minuteMs) await turn()
  expect(dueTimes(triggers())).toEqual(ticksBetween(cron, start, end))
  for (const { event, receivedAt } of triggers())
    expect(receivedAt - (event.schedule?.dueAt ?? 0)).toBeLessThan(5 * minuteMs)
})

test('Sluice is away at random for a year: what was missed is made up for once, and counted', async () => {
  const [start, end] = [at('2027-12-31T12:34'), at('2029-01-01T00:00')]
  const { state, turn, triggers } = world('0 */8 * * *', start)
  let seed = 11
  const settled: number[] = []
  while (state.now < end) {
    seed = (seed * 48_271) % 2_147_483_647
    const since = state.now
    state.now = Math.min(end, since + (seed % (3 * 24 * 60)) * minuteMs)
    const missed = ticksBetween('0 */8 * * *', since, state.now)
    await turn()
    await turn()
    const newest = missed.at(-1)
    if (newest !== undefined) settled.push(newest)
    expect(dueTimes(triggers())).toEqual(settled)
    if (newest !== undefined)
      expect(triggers().at(-1)?.event.schedule?.missed).toBe(missed.length - 1)
  }
  expect(settled.length).toBeGreaterThan(100)
})

test('the event is a trigger at the head of the branch, named by the schedule and its minute', async () => {
  const due = at('2028-02-29T03:00')
  const { state, turn } = world('0 3 * * *', due - minuteMs)
  state.now = due + 2_000
  await turn()
  expect(state.events).toEqual([
    {
      key: `schedule:${fresh.id}:${due / minuteMs}`,
      event: {
        type: 'triggered',
        pipelineId: expect.stringMatching(/^[\da-f-]{36}$/),
        at: due + 2_000,
        trigger: expect.objectContaining({
          type: 'schedule',
          repository,
          ref: { kind: 'branch', name: 'main' },
          commit: trigger().commit,
          actor: { id: 0, login: 'schedule', type: 'Bot' },
          event: {
            name: 'schedule',
            action: 'schedule',
            values: {},
            schedule: { id: fresh.id, name: 'nightly', cron: '0 3 * * *', dueAt: due, missed: 0 },
          },
        }),
      },
    },
  ])
})

test('two processes that hold the same schedule put the same event', async () => {
  const due = at('2028-02-29T03:00')
  const worlds = [world('0 3 * * *', due - 1), world('0 3 * * *', due - 1)]
  for (const [index, { state, turn }] of worlds.entries()) {
    state.now = due + index * 900
    await turn()
  }
  const [one, other] = worlds.map(({ state }) => state.events[0])
  expect(one?.key).toBe(other?.key)
  expect(one?.event.pipelineId).toBe(other?.event.pipelineId)
})

test('a new schedule waits for its first time, and asks GitHub nothing before', async () => {
  const { state, turn } = world('0 3 * * *', at('2028-02-28T12:00'))
  state.head = new Error('nobody may ask')
  await turn()
  expect(state.dueAt).toBe(at('2028-02-29T03:00'))
  expect([state.failures, state.events]).toEqual([[], []])
})

test('a schedule that never comes is not looked at again', async () => {
  const { state, turn } = world('0 0 30 2 *', at('2028-01-01T00:00'))
  await turn()
  expect(state.dueAt).toBe(Number.POSITIVE_INFINITY)
})

test('a branch that is gone takes its schedules with it and starts nothing', async () => {
  const { state, turn } = world('* * * * *', at('2028-02-29T03:00'))
  state.head = null
  state.now += minuteMs
  await turn()
  expect([state.schedule, state.events]).toEqual([null, []])
})

describe('when GitHub does not name the head', () => {
  test('the schedule is tried again, ever more slowly, and its time is not lost', async () => {
    const due = at('2028-02-29T03:00')
    const { state, turn, triggers } = world('0 3 * * *', due - minuteMs)
    state.now = due
    state.head = new GitHubUnavailable('502')
    for (let round = 0; round < 12; round += 1) await turn()
    const pauses = state.failures.map(({ retryInMs }) => retryInMs / 1000)
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600])
    state.now = due + 25 * 60 * minuteMs
    state.head = { ...trigger().commit, sha: fakeSha('b') }
    await turn()
    expect(triggers().map(({ commit }) => commit.sha)).toEqual([fakeSha('b')])
    expect(triggers()[0]?.event.schedule).toMatchObject({
      dueAt: due + 24 * 60 * minuteMs,
      missed: 1,
    })
  })
  test('GitHub says how long to wait', async () => {
    const { state, turn } = world('* * * * *', at('2028-02-29T03:00'))
    state.now += minuteMs
    state.head = new GitHubUnavailable('slow down', 7_000)
    await turn()
    expect(state.failures).toEqual([
      { error: expect.stringContaining('slow down'), retryInMs: 7_000 },
    ])
  })
})

test('a clock that was ahead for a while does not silence a schedule', async () => {
  const now = at('2028-02-29T02:00')
  const { state, turn } = world('0 3 * * *', at('2031-01-01T00:00'))
  state.now = now
  await turn()
  expect(state.schedule?.since).toBe(now)
  expect(state.dueAt).toBe(at('2028-02-29T03:00'))
})
