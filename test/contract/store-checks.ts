import { expect, test } from 'vitest'
import type { Effect, Urgency } from '../../src/model/effect.ts'
import { jobIn } from '../../src/model/ids.ts'
import type { JobRun } from '../../src/model/run.ts'
import type { CheckRow, CheckRunOnGitHub } from '../../src/ports/checks.ts'
import type { Store } from '../../src/store/store.ts'
import type { Open } from '../support/database.ts'
import {
  aRun,
  aTask,
  aWorker,
  aWorkflow,
  changesOf,
  effect,
  endedAs,
  inState,
  named,
  nothingChanged,
  queue,
  type Run,
  randomSha,
  save,
} from './store-runs.ts'

const installation = 5
const everything = { create: 'queued', update: 'queued' } as const

const about = (job: JobRun, urgency: Urgency = 'progress'): Effect => ({
  type: 'report',
  subject: { kind: 'job', jobId: job.id, pipelineId: job.pipelineId },
  urgency,
})
const aboutPipeline = (run: Run, urgency: Urgency = 'progress'): Effect => ({
  type: 'report',
  subject: { kind: 'pipeline', pipelineId: run.pipeline.id },
  urgency,
})

const onGitHub = (githubId: number, change: Partial<CheckRunOnGitHub> = {}): CheckRunOnGitHub => ({
  githubId,
  externalId: `external ${githubId}`,
  completed: false,
  digest: 'd',
  ...change,
})

async function lease(store: Store, installationId = installation): Promise<CheckRow> {
  const row = await store.checks.lease(installationId, everything)
  if (!row) throw new Error('no check was due')
  return row
}

const leaseKeys = async (store: Store, count: number) => {
  const keys: string[] = []
  while (keys.length < count) keys.push((await lease(store)).key)
  return keys
}

async function reported(open: Open) {
  const database = await open()
  const run = aRun()
  const job = named(run, 'build')
  await save(database.store, run, [about(job)])
  return { ...database, run, job, key: `job:${job.id}` }
}

export function checksContract(open: Open): void {
  test('gives out what must be known to speak about a check', async () => {
    const { store, run, job, key } = await reported(open)
    expect(await store.checks.due()).toEqual([installation])
    expect(await lease(store)).toEqual({
      key,
      subject: { kind: 'job', jobId: job.id, pipelineId: run.pipeline.id },
      installationId: installation,
      repository: { id: 11, owner: 'acme', name: 'shop' },
      sha: run.pipeline.trigger.commit.sha,
      wanted: 1,
      current: null,
      sequence: 0,
      unanswered: null,
    } satisfies CheckRow)
  })

  test('leases a check to one at a time, and again when the lease has ended', async () => {
    const { store, open: again, query } = await reported(open)
    const other = await again()
    const rows = await Promise.all(
      [store, other, store, other].map((one) => one.checks.lease(installation, everything)),
    )
    expect(rows.filter(Boolean)).toHaveLength(1)
    expect(await store.checks.due()).toEqual([])
    const [row] = await query<{ s: number }>(
      'select extract(epoch from leased_until - now())::float8 as s from check_row',
    )
    expect(row?.s).toBeGreaterThan(30)
    expect(row?.s).toBeLessThanOrEqual(60)
    await query('update check_row set leased_until = now()')
    expect(await other.checks.lease(installation, everything)).toEqual(rows.find(Boolean))
  })

  test('is not due when the newest wish was sent, and due again with the next', async () => {
    const { store, run, job, key } = await reported(open)
    await lease(store)
    await store.checks.sent(key, 1, onGitHub(70))
    expect(await store.checks.due()).toEqual([])
    expect(await store.checks.lease(installation, everything)).toBeNull()
    await effect(store, run, [about(job)])
    expect(await lease(store)).toMatchObject({ wanted: 2, current: onGitHub(70), sequence: 0 })
  })

  test('stays dirty when more was wished than was sent', async () => {
    const { store, run, job, key } = await reported(open)
    await lease(store)
    await effect(store, run, [about(job)])
    expect(await store.checks.lease(installation, everything)).toBeNull()
    await store.checks.sent(key, 1, onGitHub(70))
    expect((await lease(store)).wanted).toBe(2)
    await store.checks.unchanged(key, 2)
    expect(await store.checks.due()).toEqual([])
  })

  test('sends two thousand wishes of one check in a few requests, ending with the newest', async () => {
    const { store, open: again, run, job, key } = await reported(open)
    const publisher = await again()
    let wishing = true
    const wishes = (async () => {
      for (let count = 0; count < 100; count++)
        await effect(
          store,
          run,
          Array.from({ length: 20 }, () => about(job)),
        )
      wishing = false
    })()
    const seen: number[] = []
    for (;;) {
      const last = !wishing
      const row = await publisher.checks.lease(installation, everything)
      if (!row && last) break
      if (!row) continue
      seen.push(row.wanted)
      await publisher.checks.sent(key, row.wanted, onGitHub(70))
    }
    await wishes
    expect(seen.length).toBeLessThanOrEqual(101)
    expect(seen).toEqual(seen.toSorted((one, other) => one - other))
    expect(seen.at(-1)).toBe(101)
  })

  test('gives out conclusions first and queued rows last, then the one that waits longest', async () => {
    const { store } = await open()
    const run = aRun({ graph: { a: '', b: '', c: '', d: '' } })
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => named(run, name))
    if (!a || !b || !c || !d) throw new Error('four jobs')
    await save(store, run, [about(a, 'queued')])
    await effect(store, run, [about(b, 'progress')])
    await effect(store, run, [about(c, 'conclusion')])
    await effect(store, run, [about(d, 'progress')])
    expect(await leaseKeys(store, 4)).toEqual([c, b, d, a].map((job) => `job:${job.id}`))
  })

  test('keeps the most urgent wish until it is sent, then forgets the urgency', async () => {
    const { store } = await open()
    const run = aRun({ graph: { a: '', b: '' } })
    const [a, b] = [named(run, 'a'), named(run, 'b')]
    await save(store, run, [about(b, 'progress'), about(a, 'queued'), about(a, 'conclusion')])
    await effect(store, run, [about(a, 'queued')])
    const first = await lease(store)
    expect(first.key).toBe(`job:${a.id}`)
    await store.checks.sent(first.key, first.wanted, onGitHub(1))
    await effect(store, run, [about(a, 'queued')])
    expect(await leaseKeys(store, 2)).toEqual([b, a].map((job) => `job:${job.id}`))
  })

  test('waits after a failure as long as it is told', async () => {
    const { store, run, job, key } = await reported(open)
    await lease(store)
    await store.checks.failed(key, 'GitHub \0 said 500', 60_000)
    await effect(store, run, [about(job, 'conclusion')])
    expect(await store.checks.lease(installation, everything)).toBeNull()
    await store.checks.failed(key, 'GitHub said 500', 0)
    expect((await lease(store)).wanted).toBe(2)
  })

  test('lets a whole installation wait, and no other', async () => {
    const { store, query } = await reported(open)
    const other = aRun({ installationId: 6, repositoryId: 12 })
    await save(store, other, [aboutPipeline(other)])
    await store.checks.pause(installation, 60_000)
    expect(await store.checks.due()).toEqual([6])
    expect(await store.checks.lease(installation, everything)).toBeNull()
    expect((await lease(store, 6)).repository.id).toBe(12)
    await query('update installation_pause set until = now()')
    expect(await store.checks.due()).toEqual([installation])
  })

  test('says how long an installation has to wait, and the longest wait that was asked for counts', async () => {
    const { store, open: again } = await reported(open)
    const other = await again()
    expect(await store.checks.paused(installation)).toBe(0)
    await store.checks.pause(installation, 60_000)
    await store.checks.pause(installation, 1000)
    const ms = await other.checks.paused(installation)
    expect(ms).toBeGreaterThan(30_000)
    expect(ms).toBeLessThanOrEqual(60_000)
    expect(await other.checks.paused(6)).toBe(0)
  })

  test('gives out only what is urgent enough for the room there is', async () => {
    const { store } = await open()
    const run = aRun({ graph: { a: '', b: '' } })
    const [a, b] = [named(run, 'a'), named(run, 'b')]
    await save(store, run, [about(a, 'conclusion'), about(b, 'alarm')])
    const leaseIn = async (create: Urgency | null, update: Urgency | null) =>
      (await store.checks.lease(installation, { create, update }))?.key ?? null
    expect(await leaseIn(null, 'queued')).toBeNull()
    expect(await leaseIn('alarm', 'queued')).toBe(`job:${b.id}`)
    expect(await leaseIn('alarm', 'queued')).toBeNull()
    expect(await leaseIn('conclusion', null)).toBe(`job:${a.id}`)
    await store.checks.sent(`job:${a.id}`, 1, onGitHub(70))
    await store.checks.sent(`job:${b.id}`, 1, onGitHub(71, { completed: true }))
    await effect(store, run, [about(a, 'progress'), about(b, 'progress')])
    expect(await leaseIn(null, 'conclusion')).toBeNull()
    expect(await leaseIn(null, 'progress')).toBe(`job:${a.id}`)
    // What has ended on GitHub needs another run there.
    expect(await leaseIn(null, 'queued')).toBeNull()
    expect(await leaseIn('progress', null)).toBe(`job:${b.id}`)
  })

  test('knows when creates were sent, of one installation and for as long as they count', async () => {
    const { store, query, key } = await reported(open)
    expect(await store.checks.createdSince(installation, 3_600_000)).toEqual([])
    await store.checks.creating(key, 'external 70')
    await store.checks.creating(key, 'external 71')
    const times = await store.checks.createdSince(installation, 3_600_000)
    expect(times).toHaveLength(2)
    const [now] = await query<{ ms: number }>(
      'select extract(epoch from now())::float8 * 1000 as ms',
    )
    expect(times.every((time) => Math.abs(time - (now?.ms ?? 0)) < 60_000)).toBe(true)
    expect(await store.checks.createdSince(6, 3_600_000)).toEqual([])
    await query(`update check_sent set at = now() - interval '2 hours'`)
    expect(await store.checks.createdSince(installation, 3_600_000)).toEqual([])
  })

  test('tells of a queued job how many tasks come before its own, and of a failed one what depends on it', async () => {
    const { store } = await open()
    const run = aRun({ graph: { a: '', b: '', c: 'b', d: 'c' } })
    const [a, b] = [named(run, 'a'), named(run, 'b')]
    await save(store, run, [queue(aTask(run, a)), queue(aTask(run, b)), about(a), about(b)])
    const waiting = { status: 'queued', queuedAt: 0, cancel: null } as const
    const jobs = [a, b].map((job) => inState(job, waiting))
    await save(store, run, [], { ...nothingChanged, jobs })
    const rows = [await lease(store), await lease(store)]
    const factsOf = async (job: JobRun) => {
      const row = rows.find(({ key }) => key === `job:${job.id}`)
      return row ? await store.checks.facts(row) : null
    }
    expect(await factsOf(a)).toMatchObject({ ahead: 0 })
    expect(await factsOf(b)).toMatchObject({ ahead: 1 })
    await save(store, run, [], { ...nothingChanged, jobs: [inState(b, endedAs('failed'))] })
    const failed = await factsOf(b)
    expect(failed).toMatchObject({ rerun: { dependents: { names: ['c', 'd'], total: 2 } } })
    expect(failed).not.toHaveProperty('ahead')
  })

  test('tells of a job that a re-run does anew, and not of one that it takes over', async () => {
    const { store } = await open()
    const run = aRun({ graph: { again: '', kept: '' } })
    const [again, kept] = [named(run, 'again'), named(run, 'kept')]
    await save(store, run, [about(again), about(kept)])
    const rows = [await lease(store), await lease(store)]
    const factsOf = async (job: JobRun) => {
      const row = rows.find(({ key }) => key === `job:${job.id}`)
      return row ? await store.checks.facts(row) : null
    }
    expect(await factsOf(again)).toMatchObject({ runsAgain: false })
    const next = aWorkflow(run.pipeline, { attempt: 2 })
    const workflows = [{ ...run.workflow, supersededBy: next.id }, next]
    const successor = (job: JobRun, layersOf: (own: JobRun['id']) => JobRun['id']): JobRun => {
      const own = jobIn(next.id, job.planned.name)
      return { ...job, id: own, workflowId: next.id, layersOf: layersOf(own) }
    }
    const jobs = [successor(again, (own) => own), successor(kept, () => kept.id)]
    await save(store, run, [], { ...nothingChanged, workflows, jobs })
    expect(await factsOf(again)).toMatchObject({ runsAgain: true })
    expect(await factsOf(kept)).toMatchObject({ runsAgain: false })
  })

  test('makes a check that spoke for others due again once all of them are made', async () => {
    const { store, run, job, key } = await reported(open)
    await effect(store, run, [aboutPipeline(run)])
    const sluice = `commit:11:${run.pipeline.trigger.commit.sha}`
    expect(await leaseKeys(store, 2)).toEqual([key, sluice])
    const facts = async () => {
      const found = await store.checks.byExternalId('external 80')
      return found && (await store.checks.facts(found.row))
    }
    await store.checks.fold(sluice)
    await store.checks.sent(sluice, 1, onGitHub(80))
    expect(await facts()).toMatchObject({ unsent: 1 })
    expect(await store.checks.unfold(installation)).toBe(false)
    expect(await store.checks.due()).toEqual([installation])
    await store.checks.sent(key, 1, onGitHub(70))
    await effect(store, run, [about(job)])
    expect(await facts()).toMatchObject({ unsent: 0 })
    expect(await store.checks.unfold(6)).toBe(false)
    expect(await store.checks.unfold(installation)).toBe(true)
    expect(await store.checks.unfold(installation)).toBe(false)
    expect((await leaseKeys(store, 2)).toSorted()).toEqual([sluice, key].toSorted())
  })

  test('remembers a create that was not answered, and forgets it with the answer', async () => {
    const { store, query, key } = await reported(open)
    await lease(store)
    await store.checks.creating(key, 'external 70')
    await query('update check_row set leased_until = now()')
    expect((await lease(store)).unanswered).toBe('external 70')
    expect(await store.checks.byExternalId('external 70')).toMatchObject({ current: true })
    await store.checks.sent(key, 1, onGitHub(70))
    await store.checks.touch([key])
    expect(await lease(store)).toMatchObject({ unanswered: null, current: onGitHub(70) })
  })

  test('counts the runs before the current one and knows each by its external id', async () => {
    const { store, key } = await reported(open)
    for (const githubId of [70, 71, 72]) {
      await store.checks.creating(key, `external ${githubId}`)
      await store.checks.sent(key, 1, onGitHub(githubId))
      await store.checks.sent(key, 1, onGitHub(githubId, { completed: true }))
    }
    const newest = await store.checks.byExternalId('external 72')
    expect(newest?.current).toBe(true)
    expect(newest?.row).toMatchObject({ key, sequence: 2, current: { githubId: 72 } })
    const older = await store.checks.byExternalId('external 70')
    expect(older).toEqual({ row: newest?.row, current: false })
    expect(await store.checks.byExternalId('nothing \0 of ours')).toBeNull()
  })

  test('knows a run whose create was found again without having been noted', async () => {
    const { store, key } = await reported(open)
    await store.checks.sent(key, 1, onGitHub(70))
    expect(await store.checks.byExternalId('external 70')).toMatchObject({ current: true })
  })

  test('lists the rows whose run on GitHub is not completed', async () => {
    const { store, key } = await reported(open)
    expect(await store.checks.open()).toEqual([])
    await store.checks.sent(key, 1, onGitHub(70))
    expect((await store.checks.open()).map((row) => row.key)).toEqual([key])
    await store.checks.sent(key, 1, onGitHub(70, { completed: true }))
    expect(await store.checks.open()).toEqual([])
  })

  test('makes rows dirty again when touched', async () => {
    const { store, key } = await reported(open)
    await store.checks.sent(key, 1, onGitHub(70))
    await store.checks.touch([key, 'nothing of ours'])
    expect((await lease(store)).wanted).toBe(2)
  })

  test('has one row for all branches of a commit, and one for each tag', async () => {
    const { store } = await open()
    const sha = randomSha()
    const main = aRun({ sha, number: 1 })
    const dev = aRun({ sha, number: 2, ref: { kind: 'branch', name: 'dev' } })
    const tag = aRun({ sha, number: 3, ref: { kind: 'tag', name: 'v1' } })
    for (const run of [dev, main, tag]) await save(store, run, [aboutPipeline(run)])
    const rows = [await lease(store), await lease(store)]
    expect(await store.checks.lease(installation, everything)).toBeNull()
    expect(rows.map((row) => row.key)).toEqual([`commit:11:${sha}`, `commit:11:${sha}:tag:v1`])
    expect(rows[0]).toMatchObject({ wanted: 2, subject: { pipelineId: dev.pipeline.id } })
    expect(rows[1]).toMatchObject({ wanted: 1, subject: { pipelineId: tag.pipeline.id } })
  })

  test('tells of a commit the newest pipeline of each branch, without ignored and superseded ones', async () => {
    const { store } = await open()
    const sha = randomSha()
    const [old, main] = [aRun({ sha, number: 1 }), aRun({ sha, number: 4 })]
    const dev = aRun({ sha, number: 2, ref: { kind: 'branch', name: 'dev' } })
    const ignored = aRun({ sha, number: 5, state: 'ignored' })
    const tag = aRun({ sha, number: 3, ref: { kind: 'tag', name: 'v1' } })
    for (const run of [old, dev, tag, main, ignored]) await save(store, run)
    const next = aWorkflow(dev.pipeline, { attempt: 2 })
    await save(store, dev, [], {
      ...nothingChanged,
      workflows: [{ ...dev.workflow, supersededBy: next.id }, next],
    })
    const facts = async (run: Run) => {
      const found = await store.checks.facts(await rowOf(store, run))
      return found?.kind === 'pipeline' ? found.pipelines : []
    }
    const ofCommit = await facts(main)
    expect(ofCommit.map(({ pipeline }) => pipeline.number)).toEqual([4, 2])
    expect(ofCommit[0]?.workflows).toEqual([{ workflow: main.workflow, jobs: main.jobs }])
    expect(ofCommit[1]?.workflows).toEqual([{ workflow: next, jobs: [] }])
    expect((await facts(tag)).map(({ pipeline }) => pipeline.number)).toEqual([3])
  })

  test('says when the subject of a check is gone', async () => {
    const { store, query, run } = await reported(open)
    const [ofJob, ofCommit] = [await lease(store), await rowOf(store, run)]
    await query('delete from pipeline')
    expect(await store.checks.facts(ofJob)).toBeNull()
    expect(await store.checks.facts(ofCommit)).toBeNull()
  })

  test('tells of a job what it waits for and what it unlocks', async () => {
    const { store } = await open()
    const run = aRun({
      graph: {
        done: '',
        slow: '',
        hold: ['done', 'slow'],
        deploy: 'hold',
        rescue: [{ hold: ['failed'] }],
      },
    })
    const jobs = run.jobs.map((job) =>
      job.planned.name === 'done' ? inState(job, endedAs('success')) : job,
    )
    await save(store, run, [about(named(run, 'hold'))], { ...changesOf(run), jobs })
    expect(await store.checks.facts(await lease(store))).toEqual({
      kind: 'job',
      pipeline: run.pipeline,
      workflow: run.workflow,
      job: named(run, 'hold'),
      waitingFor: ['slow'],
      unlocks: [{ name: 'deploy', contexts: [] }],
      runsAgain: false,
      logTail: null,
      tests: null,
      artifacts: { artifacts: [], total: 0 },
    })
  })

  test("ends a failed job's facts with the tail of the failed step's log, in whole characters", async () => {
    const { store } = await open()
    const run = aRun()
    const job = named(run, 'build')
    await save(store, run, [queue(aTask(run, job)), about(job)])
    const worker = await aWorker(store)
    const [task] = await store.tasks.claim(worker, 1)
    if (!task) throw new Error('nothing was claimed')
    const times = { startedAt: 1, endedAt: 2, exitCode: 1, message: null }
    for (const [index, status] of (['success', 'failed', 'skipped'] as const).entries())
      await store.steps.record(task.claim, {
        taskId: task.taskId,
        index,
        name: 'step',
        type: 'run',
        when: 'always',
        state: status === 'skipped' ? { status } : { status, ...times },
      })
    const log = Buffer.from(`x${'€'.repeat(5_000)}`)
    const chunk = (bytes: Buffer) => ({ offset: 0, bytes, source: bytes.length })
    await store.logs.append(task.claim, { taskId: task.taskId, step: 0 }, chunk(Buffer.from('no')))
    await store.logs.append(task.claim, { taskId: task.taskId, step: 1 }, chunk(log))
    const outcome = { kind: 'failed', because: '', step: 'step', exitCode: 1 } as const
    const tasks = [{ id: task.taskId, index: 0, losses: 0, status: 'ended', outcome }] as const
    const row = await lease(store)
    const running = await store.checks.facts(row)
    expect(running).toMatchObject({ logTail: null })
    const failed = inState(job, endedAs('failed'), tasks)
    await save(store, run, [], { ...nothingChanged, jobs: [failed] })
    const facts = await store.checks.facts(row)
    expect(facts).toMatchObject({ job: failed, logTail: '€'.repeat(2_730) })
    expect(facts).toMatchObject({
      failedStep: { name: 'step', command: null },
      rerun: { again: { names: [failed.planned.name], total: 1 } },
    })
    expect(running).not.toHaveProperty('rerun')
    const ofCommit = await store.checks.facts(await rowOf(store, run))
    expect(ofCommit).toMatchObject({
      firstFailure: { job: failed, step: 'step', logTail: '€'.repeat(1_365) },
    })
  })
}

/** The row of a pipeline's own check. */
async function rowOf(store: Store, run: Run): Promise<CheckRow> {
  await effect(store, run, [aboutPipeline(run, 'conclusion')])
  for (;;) {
    const row = await lease(store)
    if (row.subject.kind === 'pipeline') return row
  }
}
