import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in/stand-in.ts'
import type { Person, Run } from '../../src/demo/stand-in/world.ts'
import { WorkingCopy } from '../../src/demo/working-copy.ts'
import { createGitHub, type GitHubApp } from '../../src/github/app.ts'
import { createClient } from '../../src/github/client.ts'
import { startRedelivery } from '../../src/github/redelivery.ts'
import type { Running } from '../../src/github/running.ts'
import type { Event } from '../../src/model/event.ts'
import type { JobRun, JobState, PipelineRun } from '../../src/model/run.ts'
import type { Repository } from '../../src/model/trigger.ts'
import type { CheckFacts, CheckRow } from '../../src/ports/checks.ts'
import type { NewEvent } from '../../src/ports/inbox.ts'
import { afterRestart, FakeChecks } from '../support/fake-checks.ts'
import { fakeHeads, fakeReach } from '../support/fake-reach.ts'
import { silentLog } from '../support/log.ts'
import { ended, held, jobFacts, jobRun, pipelineRun, queued, running } from '../support/runs.ts'
import { until } from '../support/until.ts'

let directory: string
let standIn: StandIn
let ann: Person
let copy: WorkingCopy
let app: GitHubApp
let service: Running
let server: Server
let checks: FakeChecks
let inbox: Map<string, Event>
let failing: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-github-'))
  // GitHub's description of suites does not know the event `merge_group` yet.
  const subscribed = ['push', 'pull_request', 'issue_comment']
  standIn = await startStandIn({ directory, events: subscribed })
  ann = standIn.addPerson({ login: 'ann', role: 'admin' })
  await standIn.createRepository({ owner: 'acme', name: 'shop' })
  copy = await WorkingCopy.make(standIn.remote('acme/shop', ann))
  checks = new FakeChecks()
  inbox = new Map()
  failing = 0
  app = await createApp()
  service = app.start()
  standIn.setWebhookUrl(await listen())
})

afterEach(async () => {
  await standIn.settled()
  await service.stop()
  server.closeAllConnections()
  server.close()
  const { violations } = standIn
  await standIn.close()
  await copy.remove()
  await rm(directory, { recursive: true })
  if (violations.length > 0) throw new Error(violations.join('\n'))
})

const createApp = (): Promise<GitHubApp> =>
  createGitHub({
    settings: settings(),
    inbox: { put },
    pipelines: {
      held: () => Promise.resolve([]),
      atCommit: () => Promise.resolve([pipelineRun().id]),
      ofHead: () => Promise.resolve([]),
    },
    checks,
    wake: checks.wake,
    clock: systemClock,
    log: silentLog,
    render: { publicUrl: 'https://sluice.example' },
    limits: null,
    reach: fakeReach,
    heads: fakeHeads,
    rhythm: null,
  })

const settings = () => ({
  appId: standIn.app.appId,
  privateKey: standIn.app.privateKey,
  webhookSecret: standIn.app.webhookSecret,
  gheHost: standIn.host,
  gheProtocol: 'http',
  log: silentLog,
  requestTimeoutMs: 5000,
})

function put(events: readonly NewEvent[]): Promise<number> {
  if (failing-- > 0) return Promise.reject(new Error('no database'))
  const fresh = events.filter(({ key }) => !inbox.has(key))
  for (const { key, event } of fresh) inbox.set(key, event)
  return Promise.resolve(fresh.length)
}

async function listen(): Promise<string> {
  server = createServer((request, response) => {
    void app.middleware(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : ''
  return `http://127.0.0.1:${port}/api/github/webhooks`
}

const events = () => [...inbox.values()]

async function push(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const sha = await copy.commit(files)
  await copy.push('HEAD:main')
  await standIn.settled()
  return sha
}

function repositoryOf(event: Event | undefined): Repository {
  if (event?.type !== 'triggered') throw new Error('no trigger')
  return event.trigger.repository
}

describe('a real push', () => {
  test('of a branch, a new branch at the same commit, and tags of both kinds become triggers', async () => {
    const sha = await push()
    await copy.git('tag', 'v1')
    await copy.git('tag', '--annotate', '--message', 'second', 'v2')
    await copy.push('HEAD:other')
    await copy.push('v1')
    await copy.push('v2')
    await copy.push(':other')
    await standIn.settled()
    const triggers = events().map((event) => event.type === 'triggered' && event.trigger)
    expect(triggers).toMatchObject([
      {
        type: 'push',
        ref: { name: 'main' },
        commit: { sha },
        before: null,
        actor: { login: 'ann' },
      },
      { type: 'push', ref: { name: 'other' }, commit: { sha } },
      { type: 'tag', ref: { name: 'v1' }, commit: { sha } },
      { type: 'tag', ref: { name: 'v2' }, commit: { sha } },
    ])
  })

  test('that is delivered twice is one event', async () => {
    standIn.webhooks.duplicate = true
    await push()
    expect(events()).toHaveLength(1)
  })

  test('that could not be stored is fetched again from GitHub, and stored once', async () => {
    failing = 1
    await push()
    expect(events()).toEqual([])
    expect(standIn.deliveries.map(({ status }) => status)).toContain('Invalid HTTP Response: 500')
    const later = { ...systemClock, now: () => Date.now() + 10 * 60_000 }
    const probot = createClient(settings())
    const parts = { probot, clock: later, log: silentLog, everyMs: 60_000, afterMs: 120_000 }
    const redelivery = startRedelivery(parts)
    await until('the event', () => inbox.size > 0)
    await redelivery.stop()
    expect(events()).toMatchObject([{ type: 'triggered' }])
  })
})

describe('questions about a real repository', () => {
  test('its files, by commit and by branch', async () => {
    const sha = await push({ '.circleci/config.yml': 'version: 2.1 # ü\n', 'a/b.txt': 'x' })
    const repository = repositoryOf(events()[0])
    const read = (ref: string, path: string) => app.gitHub.readFile(repository, ref, path)
    expect(await read(sha, '.circleci/config.yml')).toBe('version: 2.1 # ü\n')
    expect(await read('main', '.circleci/config.yml')).toBe('version: 2.1 # ü\n')
    expect(await read(sha, 'missing.yml')).toBeNull()
    expect(await read(sha, 'a')).toBeNull()
    const rare = (ref: string, path: string) =>
      app.gitHub.readFile(repository, ref, path, { rare: true })
    expect(await rare('main', 'a/b.txt')).toBe('x')
    expect(await rare('main', 'a/c.txt')).toBeNull()
    expect(await rare('main', 'b/c.txt')).toBeNull()
    await expect(rare('nowhere', 'a/b.txt')).rejects.toThrow('cannot read')
    await expect(read('f'.repeat(40), '.circleci/config.yml')).rejects.toThrow('cannot read')
  })

  test('who may do what in it', async () => {
    await push()
    const repository = repositoryOf(events()[0])
    const bob = standIn.addPerson({ login: 'bob', role: 'read' })
    const ask = ({ id, login }: Person) =>
      app.gitHub.permission(repository, { id, login, type: 'User' })
    expect((await ask(ann)).level).toBe('admin')
    expect((await ask(bob)).level).toBe('read')
    expect((await ask({ ...bob, login: 'ann' })).level).toBe('none')
    expect((await ask({ ...bob, login: 'nobody' })).level).toBe('none')
  })

  test('a clone with a token that can read it', async () => {
    const sha = await push()
    const { url, token } = await app.gitHub.cloneAccess(repositoryOf(events()[0]))
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
    const header = `http.extraHeader=Authorization: Basic ${basic}`
    expect(await copy.git('-c', header, 'ls-remote', url, 'main')).toContain(sha)
    await expect(copy.git('-c', header, 'push', url, 'HEAD:stolen')).rejects.toThrow('403')
  })
})

describe('checks on a real commit', () => {
  let sha: string
  beforeEach(async () => {
    sha = await push()
  })

  const rowFor = (key: string, subject: CheckRow['subject']): CheckRow => {
    const repository = repositoryOf(events()[0])
    const { id, owner, name, installationId } = repository
    const fresh = { wanted: 1, current: null, sequence: 0, unanswered: null }
    return { key, subject, installationId, repository: { id, owner, name }, sha, ...fresh }
  }
  const want = async (job: JobRun, change: Partial<CheckFacts> = {}): Promise<Run> => {
    const subject = { kind: 'job', jobId: job.id, pipelineId: job.pipelineId } as const
    checks.want(rowFor(job.id, subject), { ...jobFacts(job), ...change } as CheckFacts)
    await settled()
    return newest(`build / ${job.planned.name}`)
  }
  const wantSluice = async (pipeline: PipelineRun): Promise<Run> => {
    const subject = { kind: 'pipeline', pipelineId: pipeline.id } as const
    const facts = { kind: 'pipeline', pipelines: [{ pipeline, workflows: [] }] } as const
    checks.want(rowFor('sluice', subject), facts)
    await settled()
    return newest('sluice')
  }
  const settled = () => until('all checks are sent', () => checks.settled)
  const newest = (name: string): Run => {
    const run = standIn.latestRuns(sha).find((one) => one.name === name)
    if (!run) throw new Error(`no check ${name}`)
    return run
  }

  test.each<[string, JobState, string]>([
    ['blocked', { status: 'blocked' }, 'queued'],
    ['queued', queued, 'queued'],
    ['running', running, 'in_progress'],
    ['on_hold', held, 'action_required'],
    ['success', ended('success', 'x'), 'success'],
    ['failed', ended('failed', 'x'), 'failure'],
    ['canceled', ended('canceled', 'x'), 'cancelled'],
    ['unauthorized', ended('unauthorized', 'x'), 'failure'],
    ['not_run', ended('not_run', 'x', null), 'cancelled'],
  ])('GitHub takes the check of a job that is %s', async (_, state, shown) => {
    const run = await want(jobRun('test', state))
    expect(run.conclusion ?? run.status).toBe(shown)
  })

  test('GitHub takes the longest texts and the worst names', async () => {
    const evil = `${'🙂'.repeat(40_000)}\n| [x](http://evil) @all \u202E\u0000`
    const job = jobRun('test', ended('failed', evil), { notices: [evil] })
    const named = { ...job, planned: { ...job.planned, name: evil } }
    const facts = { ...jobFacts(named), logTail: `${evil}\`\`\`\`` }
    checks.want(rowFor(job.id, { kind: 'job', jobId: job.id, pipelineId: job.pipelineId }), facts)
    await settled()
    expect(standIn.runs(sha)).toHaveLength(1)
  })

  describe('a config with 120 problems', () => {
    const diagnostics = Array.from({ length: 120 }, (_, index) => ({
      code: 'unknown-job',
      severity: 'error' as const,
      message: `problem ${index}`,
      file: '.circleci/config.yml',
      where: { line: index + 1, column: 1, endLine: index + 1, endColumn: 4 },
      hint: null,
      path: '',
    }))
    const wrong = pipelineRun({ state: 'errored', because: 'errors', diagnostics })
    const messages = diagnostics.map(({ message }) => message)

    /** The stand-in refuses more than 50 at once, as GitHub does, and what it refuses is a violation. */
    test('has as many annotations on its lines, in their order', async () => {
      const run = await wantSluice(wrong)
      expect(run.conclusion).toBe('failure')
      expect(run.annotations.map(({ message }) => message)).toEqual(messages)
      expect(run.annotations.map((one) => one.start_line)).toEqual(messages.map((_, at) => at + 1))
    })

    test('has them on the check that was there before', async () => {
      await wantSluice(pipelineRun({ state: 'pending' }))
      const run = await wantSluice(wrong)
      expect(run.annotations.map(({ message }) => message)).toEqual(messages)
      expect(standIn.runs(sha)).toHaveLength(1)
    })

    const create = { op: 'checks/create' }
    const first = { op: 'checks/update' }
    const second = { op: 'checks/update', skip: 1 }
    test.each([
      ['the answer to its create is lost', { ...create, status: 'drop' }],
      ['its create is refused', { ...create, status: 502 }],
      ['the answer to its first update is lost', { ...first, status: 'drop' }],
      ['its first update is refused', { ...first, status: 500 }],
      ['the answer to its second update is lost', { ...second, status: 'drop' }],
      ['its second update is refused', { ...second, status: 500 }],
    ] as const)('has each once when %s', async (_, fault) => {
      standIn.faults.push(fault)
      void wantSluice(wrong)
      await until('the failure', () => checks.rows.get('sluice')?.errors.length === 1)
      checks.pass(1000)
      await settled()
      expect(newest('sluice').annotations.map(({ message }) => message)).toEqual(messages)
      expect(standIn.runs(sha)).toHaveLength(1)
    })

    test('has each once when the process dies in between and another one goes on', async () => {
      standIn.faults.push({ ...first, status: 'drop' })
      void wantSluice(wrong)
      await until('the failure', () => checks.rows.get('sluice')?.errors.length === 1)
      await service.stop()
      checks = afterRestart(checks)
      app = await createApp()
      service = app.start()
      await settled()
      expect(newest('sluice').annotations.map(({ message }) => message)).toEqual(messages)
      expect(standIn.runs(sha)).toHaveLength(1)
    })
  })

  test('buttons come back as what they ask for, under the name of who pressed', async () => {
    const hold = await want(jobRun('hold', held))
    await standIn.ui.clickAction(hold.id, 'approve', 'ann')
    await want(jobRun('hold', ended('success', 'approved by ann', null)))
    const failed = await want(jobRun('test', ended('failed', 'x')))
    await standIn.ui.clickAction(failed.id, 'rerun-all', 'ann')
    await standIn.ui.rerun(failed.id, 'ann')
    await standIn.ui.rerunAll(sha, 'ann')
    const by = { id: ann.id, login: 'ann', type: 'User' }
    expect(events().slice(1)).toMatchObject([
      { action: 'approve', jobId: jobRun('hold', held).id, current: true, by },
      { action: 'rerun-all', jobId: jobRun('test', held).id, by },
      { action: 'rerun-job', jobId: jobRun('test', held).id, by },
      { action: 'rerun-suite', jobId: null, by },
    ])
  })

  test('a create whose answer is lost makes exactly one check', async () => {
    standIn.faults.push({ op: 'checks/create', status: 'drop' })
    const job = jobRun('test', queued)
    checks.want(
      rowFor(job.id, { kind: 'job', jobId: job.id, pipelineId: job.pipelineId }),
      jobFacts(job),
    )
    await until('the answer is lost', () => checks.rows.get(job.id)?.errors.length === 1)
    checks.pass(1000)
    await settled()
    expect(standIn.runs(sha)).toHaveLength(1)
  })

  test('a limit is kept to as long as GitHub says', async () => {
    standIn.faults.push({ op: 'checks/create', status: 403, headers: { 'retry-after': '20' } })
    const job = jobRun('test', queued)
    checks.want(
      rowFor(job.id, { kind: 'job', jobId: job.id, pipelineId: job.pipelineId }),
      jobFacts(job),
    )
    await until('the pause', () => checks.pauses.length > 0)
    expect(checks.pauses).toEqual([20_000])
    checks.pass(20_000)
    await settled()
    expect(standIn.runs(sha)).toHaveLength(1)
  })
})
