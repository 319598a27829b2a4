import { expect, test } from 'vitest'
import { startConductor } from '../../src/conductor/conductor.ts'
import type { Effect } from '../../src/model/effect.ts'
import { pipelineId } from '../../src/model/ids.ts'
import type { PendingEffect } from '../../src/ports/inbox.ts'
import type { Schedules } from '../../src/ports/schedules.ts'
import { compileHere } from '../compile/support.ts'
import { fakeSha, trigger } from '../support/builders.ts'
import { silentLog } from '../support/log.ts'
import { until } from '../support/until.ts'

const compileEffect = (ref: string): Effect => ({
  type: 'compile',
  pipelineId: pipelineId(ref),
  number: 1,
  trigger: trigger({ kind: 'branch', name: ref }, fakeSha(ref)),
  continuation: null,
})

const nothing = () => Promise.resolve()
const noSchedules: Schedules = {
  lease: () => Promise.resolve([]),
  wait: nothing,
  fire: nothing,
  forget: nothing,
  failed: nothing,
}

/** A conductor over an outbox of `waiting`; the config of commit `a` comes when `answer` is called. */
function stage() {
  const waiting: PendingEffect[] = []
  const done: string[] = []
  const slow = Promise.withResolvers<string | null>()
  const listeners: (() => void)[] = []
  const conductor = startConductor({
    conveyor: {
      take: () => Promise.resolve(false),
      untilDue: (limit) => Promise.resolve(limit),
      aside: () => Promise.resolve([]),
    },
    schedules: noSchedules,
    tasks: { reap: () => Promise.resolve(0) },
    inbox: { put: (events) => Promise.resolve(events.length) },
    outbox: {
      lease: (limit) => Promise.resolve(waiting.splice(0, limit)),
      done: (id) => Promise.resolve(void done.push(id)),
      failed: () => Promise.resolve(),
    },
    wake: {
      on: (_topic, listener) => {
        listeners.push(listener)
        return () => undefined
      },
    },
    github: {
      readFile: (_repository, sha) => (sha === fakeSha('a') ? slow.promise : Promise.resolve(null)),
      defaultBranch: () => Promise.resolve('main'),
      head: () => Promise.resolve(null),
      tag: () => Promise.resolve(null),
      person: () => Promise.resolve(null),
      permission: () => Promise.resolve({ level: 'write', role: 'write' }),
      commit: () => Promise.resolve(null),
      openPullRequests: () => Promise.resolve([]),
      pullRequest: () => Promise.resolve(null),
      inTeam: () => Promise.resolve(false),
      cloneAccess: () => Promise.reject(new Error('nobody clones here')),
    },
    compile: compileHere,
    contexts: { contexts: () => Promise.resolve([]) },
    orbs: { fetch: () => Promise.reject(new Error('no config here names an orb')) },
    clock: {
      now: () => 7,
      newId: () => 'x',
      // Nobody polls here: only hints and stopping end a rest.
      sleep: (_ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) resolve()
          else signal?.addEventListener('abort', () => resolve(), { once: true })
        }),
    },
    log: silentLog,
    configPath: '.circleci/config.yml',
    approvers: 'write',
    forks: 'hold',
  })
  const add = (id: string, ref: string) => {
    waiting.push({ id, effect: compileEffect(ref), tries: 0 })
    for (const listener of listeners) listener()
  }
  return { conductor, add, done, answer: () => slow.resolve(null) }
}

test('an effect that GitHub keeps waiting holds up no other, and stopping waits for it', async () => {
  const { conductor, add, done, answer } = stage()
  add('slow', 'a')
  add('quick', 'b')
  await until('the quick one is done', () => done.includes('quick'))
  expect(done).toEqual(['quick'])
  add('later', 'c')
  await until('the later one is done', () => done.includes('later'))
  const stopped = conductor.stop()
  expect(done).not.toContain('slow')
  answer()
  await stopped
  expect(done).toEqual(['quick', 'later', 'slow'])
})

test('of many effects all are carried out, though only some at a time', async () => {
  const { conductor, add, done, answer } = stage()
  for (let index = 0; index < 20; index += 1) add(`slow ${index}`, 'a')
  for (let index = 0; index < 40; index += 1) add(`quick ${index}`, 'b')
  answer()
  await until('all are done', () => done.length === 60)
  await conductor.stop()
  expect(new Set(done).size).toBe(60)
})
