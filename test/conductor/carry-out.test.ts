import { expect, test } from 'vitest'
import { type CarryParts, carryOut } from '../../src/conductor/carry-out.ts'
import type { Effect } from '../../src/model/effect.ts'
import type { Event } from '../../src/model/event.ts'
import { pipelineId } from '../../src/model/ids.ts'
import { GitHubUnavailable } from '../../src/ports/github.ts'
import { compileHere } from '../compile/support.ts'
import { fakeSha, trigger } from '../support/builders.ts'
import { silentLog } from '../support/log.ts'

const config = `version: 2.1
jobs:
  build:
    machine: true
    steps:
      - run: make
workflows:
  ci:
    jobs: [build]
`

const compileEffect: Effect = {
  type: 'compile',
  pipelineId: pipelineId('p'),
  number: 1,
  trigger: trigger({ kind: 'branch', name: 'feature' }, fakeSha('b')),
  continuation: null,
}

/** Files by `ref:path`; an error stands for a GitHub that does not answer. */
function stage(files: Readonly<Record<string, string>> | Error) {
  const put: { key: string; event: Event }[] = []
  const done: string[] = []
  const failed: { error: string; retryInMs: number }[] = []
  const parts: CarryParts = {
    inbox: {
      put: (events) => {
        put.push(...events)
        return Promise.resolve(events.length)
      },
    },
    outbox: {
      lease: () => Promise.resolve([]),
      done: (id) => Promise.resolve(void done.push(id)),
      failed: (_id, error, retryInMs) => Promise.resolve(void failed.push({ error, retryInMs })),
    },
    github: {
      readFile: (_repository, ref, path) =>
        files instanceof Error
          ? Promise.reject(files)
          : Promise.resolve(files[`${ref}:${path}`] ?? null),
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
    clock: { now: () => 7, newId: () => 'x', sleep: () => Promise.resolve() },
    log: silentLog,
    configPath: '.circleci/config.yml',
    approvers: 'write',
    forks: 'hold',
  }
  return { parts, put, done, failed }
}

const at = (ref: string) => `${ref}:.circleci/config.yml`

test('the config at the commit becomes a plan, under a key that makes a repetition nothing', async () => {
  const { parts, put, done } = stage({ [at(fakeSha('b'))]: config })
  await carryOut(parts, { id: '41', effect: compileEffect, tries: 0 })
  expect(put.map(({ key, event }) => [key, event.type])).toEqual([['effect:41', 'compiled']])
  expect(done).toEqual(['41'])
})

test('a wrong config becomes a rejection with its diagnostics', async () => {
  const { parts, put } = stage({ [at(fakeSha('b'))]: 'version: 9\n' })
  await carryOut(parts, { id: '1', effect: compileEffect, tries: 0 })
  expect(put[0]?.event).toMatchObject({
    type: 'rejected',
    diagnostics: expect.arrayContaining([expect.objectContaining({ severity: 'error' })]),
  })
})

const continuation = (text: string, file: string | null = null) => ({
  ...compileEffect,
  continuation: { file, text, parameters: {}, taken: [] },
})

test('a continuation is compiled from its own text, wherever GitHub is, and is answered as one', async () => {
  const { parts, put } = stage(new GitHubUnavailable('502'))
  await carryOut(parts, { id: '1', effect: continuation(config), tries: 0 })
  expect(put[0]?.event).toMatchObject({
    type: 'compiled',
    continuation: true,
    plan: { workflows: [{ name: 'ci' }] },
  })
})

test('what is wrong with a continuation is told of the file that it came from', async () => {
  const { parts, put } = stage({})
  for (const file of ['.circleci/next.yml', null])
    await carryOut(parts, { id: '1', effect: continuation('version: 9\n', file), tries: 0 })
  const files = put.map(({ event }) =>
    event.type === 'rejected' && event.continuation ? event.diagnostics[0]?.file : 'not rejected',
  )
  expect(files).toEqual(['.circleci/next.yml', 'continuation of .circleci/config.yml'])
})

test('whether a missing config was expected depends on the default branch', async () => {
  for (const expected of [true, false]) {
    const { parts, put } = stage(expected ? { [at('refs/heads/main')]: config } : {})
    await carryOut(parts, { id: '1', effect: compileEffect, tries: 0 })
    expect(put[0]?.event).toMatchObject({ type: 'config-missing', expected })
  }
})

test('where GitHub does not answer the effect comes again, ever later, as late as GitHub says', async () => {
  const { parts, put, done, failed } = stage(new GitHubUnavailable('502'))
  for (const tries of [0, 1, 5, 30])
    await carryOut(parts, { id: '1', effect: compileEffect, tries })
  expect(failed.map(({ retryInMs }) => retryInMs)).toEqual([1000, 2000, 32_000, 60_000])
  const patient = stage(new GitHubUnavailable('429', 90_000))
  await carryOut(patient.parts, { id: '1', effect: compileEffect, tries: 0 })
  expect(patient.failed[0]?.retryInMs).toBe(90_000)
  expect([...put, ...done]).toEqual([])
})

test('after an hour of silence the pipeline is told, so that its check does not hang', async () => {
  const { parts, put, done } = stage(new GitHubUnavailable('502'))
  await carryOut(parts, { id: '1', effect: compileEffect, tries: 59 })
  expect(put[0]?.event).toMatchObject({ type: 'config-unavailable' })
  expect(done).toEqual(['1'])
})

test('our own bug is tried again too, and never reported as a missing config', async () => {
  const { parts, put, failed } = stage(new TypeError('x is not a function'))
  await carryOut(parts, { id: '1', effect: compileEffect, tries: 70 })
  expect(put).toEqual([])
  expect(failed[0]?.error).toContain('x is not a function')
})
