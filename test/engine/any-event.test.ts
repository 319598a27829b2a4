import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { Block } from '../../src/model/block.ts'
import type { Command } from '../../src/model/command.ts'
import type { Action, Event } from '../../src/model/event.ts'
import { type JobId, jobId, type PipelineId, pipelineId, taskId } from '../../src/model/ids.ts'
import { tokenActor } from '../../src/model/on-demand.ts'
import type { Plan, PlannedJob } from '../../src/model/plan.ts'
import { isEnd, type JobRun } from '../../src/model/run.ts'
import { endStatuses } from '../../src/model/status.ts'
import type { Person, Trigger } from '../../src/model/trigger.ts'
import { ann, bob, plan, plannedWorkflow, robot, trigger } from '../support/builders.ts'
import { World } from '../support/world.ts'

const always = (...jobs: readonly string[]) => jobs.map((job) => ({ [job]: endStatuses }))

/** One of everything: contexts, approvals, a serial job, and a group of jobs behind a lock. */
const graph = {
  build: '',
  ctx: 'build',
  hold: '',
  'hold-late': 'ctx',
  serial: 'hold',
  lock: '',
  inside: ['lock', 'build'],
  unlock: always('inside'),
  deploy: 'hold-late',
  clean: [{ deploy: ['failed', 'canceled'] as const }],
}

function withKind(job: PlannedJob): PlannedJob {
  const { name } = job
  if (name === 'ctx' || name === 'deploy') return { ...job, contexts: ['prod'] }
  if (name === 'serial') return { ...job, serialGroup: 'turns' }
  if (name !== 'lock' && name !== 'unlock') return job
  return { ...job, type: name, body: null, serialGroup: 'prod' }
}

function planned(name: string, maxAutoReruns: number): Plan['workflows'][number] {
  const workflow = plannedWorkflow(name, graph)
  return { ...workflow, maxAutoReruns, jobs: workflow.jobs.map(withKind) }
}

const fork: Trigger = {
  ...trigger({ kind: 'branch', name: 'pull/7' }),
  type: 'pull-request',
  actor: bob,
  event: {
    name: 'pull_request',
    action: 'opened',
    values: { 'pull_request.number': 7, 'pull_request.head.repo.id': 99 },
  },
}

const beginnings = ['push', 'setup', 'tag', 'fork', 'unknown'] as const

interface Beginning {
  readonly what: (typeof beginnings)[number]
  readonly autoReruns: number
}

const beginning = record({
  what: constantFrom(...beginnings),
  autoReruns: integer({ min: 0, max: 2 }),
})

const people: readonly Person[] = [ann, bob, robot, tokenActor('ci')]
const actions: readonly Action[] = [
  'approve',
  'reject',
  'cancel',
  'rerun-job',
  'rerun-failed',
  'rerun-all',
  'rerun-suite',
  'new-run',
]
const reruns = actions.filter((action) => action.startsWith('rerun'))
const block: Block = { scope: { kind: 'server' }, reason: 'closed', since: 0 }

/** What may come; `job`, `person` and `flag` say about what. Most of it is late, early or out of place. */
interface Move {
  readonly what: keyof typeof moves
  readonly job: number
  readonly action: Action
  readonly person: Person
  readonly flag: boolean
}

interface Play {
  readonly world: World
  readonly first: Beginning
  readonly happen: (event: Bare) => void
}

type Bare = Event extends infer One
  ? One extends Event
    ? Omit<One, 'pipelineId' | 'at'>
    : never
  : never

const id: PipelineId = pipelineId('p1')

/** One that has not ended, any job that ever was, or one that never was. */
function jobAt(play: Play, index: number): JobId {
  const all = index % 2 === 0 ? [...play.world.jobs.keys()] : openJobs(play).map((job) => job.id)
  return all[index % (all.length + 1)] ?? jobId('nobody')
}

const taskOf = ({ world }: Play, job: JobId) => world.jobs.get(job)?.tasks.at(0)?.id ?? taskId('no')

function planOf({ first }: Play, again: boolean): Plan {
  const workflows = again ? ['ci', 'next'] : ['ci']
  const setup = first.what === 'setup' && !again ? { taken: [] } : null
  return { ...plan(...workflows.map((name) => planned(name, first.autoReruns))), setup }
}

const policyOf = (flag: boolean) =>
  ({
    allow: { role: 'write', teams: [], people: [] },
    notAuthor: false,
    peopleNeeded: flag ? 2 : 1,
    expiresAfterMs: flag ? 5 : null,
  }) as const

const rerunOf = (action: 'rerun-job' | 'rerun-failed' | 'rerun-all', job: string): Command =>
  action === 'rerun-job' ? { action, job } : { action, job: null }

const moves = {
  trigger: (play) => play.happen({ type: 'triggered', trigger: trigger() }),
  propose: (play) => play.happen({ type: 'proposed', trigger: fork }),
  admit: (play, { flag }) =>
    play.happen({
      type: 'admitted',
      trigger: fork,
      admission: { forks: flag ? 'hold' : 'never', wanted: flag, opensBranch: !flag },
    }),
  compile: (play, { flag }) =>
    play.happen({
      type: 'compiled',
      plan: planOf(play, flag),
      continuation: flag,
      around: { pullRequests: [], cancelsOlder: flag, onlyBuildPullRequests: flag },
    }),
  refuse: (play, { flag }) =>
    play.happen({ type: 'rejected', diagnostics: [], continuation: flag }),
  decline: (play) => play.happen({ type: 'declined', because: 'there is no pull request' }),
  missing: (play, { flag }) =>
    play.happen({ type: 'config-missing', path: 'config.yml', expected: flag }),
  unavailable: (play) => play.happen({ type: 'config-unavailable', because: 'GitHub is away' }),
  open: (play) =>
    play.happen({ type: 'pull-request-opened', pullRequests: [{ number: 7, url: 'u' }] }),
  redundant: (play, { job }) =>
    play.happen({
      type: 'redundant',
      by: 'a newer push',
      which: (['held', 'first-runs', 'all'] as const)[job % 3] ?? 'held',
    }),
  continue: (play, { flag }) =>
    play.happen({
      type: 'continued',
      by: `${flag}`,
      config: flag ? { file: null, text: '', parameters: {} } : null,
    }),
  start: (play, { job }) => {
    const one = jobAt(play, job)
    const about = { jobId: one, taskId: taskOf(play, one), worker: 'w' }
    play.happen({ type: 'task-started', ...about, outcome: null })
  },
  end: (play, { job, flag }) => {
    const one = jobAt(play, job)
    const about = { jobId: one, taskId: taskOf(play, one), worker: 'w' }
    const because = 'exit 1'
    const failed = { kind: 'failed', because, step: 'test', exitCode: 1 } as const
    play.happen({ type: 'task-finished', ...about, outcome: flag ? { kind: 'success' } : failed })
  },
  lose: (play, { job }) => {
    const one = jobAt(play, job)
    const outcome = { kind: 'lost', because: 'gone' } as const
    const about = { jobId: one, taskId: taskOf(play, one), worker: 'w', outcome }
    play.happen({ type: 'task-finished', ...about })
  },
  press: (play, { job, action, person, flag }) =>
    play.happen({
      type: 'action-requested',
      action,
      jobId: action === 'new-run' || job % 4 === 0 ? null : jobAt(play, job),
      current: job % 7 !== 0,
      by: person,
      ...(flag && { workflow: 'ci' }),
      ...(flag && action === 'rerun-job' && { alone: true }),
      ...(person.id === 0 && { granted: true }),
    }),
  write: (play, { job, action, person, flag }) => {
    if (action === 'rerun-suite' || action === 'new-run') return
    const name = Object.keys(graph)[job % 12] ?? 'nothing'
    const command =
      action === 'rerun-job' || action === 'rerun-failed' || action === 'rerun-all'
        ? rerunOf(action, name)
        : { action, job: flag ? name : null }
    play.happen({
      type: 'command-written',
      command,
      by: person,
      writtenAt: flag ? 0 : 1_000_000,
      answers: flag,
    })
  },
  answer: (play, { job }) => play.world.answer(job % 5 > 0),
  answerAnything: (play, { job, action, person, flag }) =>
    play.happen({
      type: 'permission-answered',
      request: { person, action, jobId: job % 3 === 0 ? null : jobAt(play, job) },
      allowed: flag,
      because: 'so it is',
      ...(job % 2 === 0 && {
        approval: { policy: policyOf(flag), obstacle: null, lapsed: [ann.id] },
      }),
    }),
  due: (play) => play.happen({ type: 'rerun-due' }),
  noNewRun: (play, { person }) =>
    play.happen({ type: 'no-new-run', by: person, because: 'there is no branch' }),
  policy: (play, { job, flag }) =>
    play.happen({
      type: 'approval-policy-read',
      jobId: jobAt(play, job),
      policy: job % 2 === 0 ? policyOf(flag) : null,
      obstacle: flag ? 'wrong' : null,
    }),
  expire: (play, { job }) => play.happen({ type: 'approval-expired', jobId: jobAt(play, job) }),
  contexts: (play, { job, flag }) =>
    play.happen({
      type: 'contexts-answered',
      jobId: jobAt(play, job),
      refusal: flag || job % 3 > 0 ? null : 'not yours',
    }),
  grant: (play, { job }) => play.happen({ type: 'serial-granted', jobId: jobAt(play, job) }),
  pass: (play, { job }) => play.happen({ type: 'serial-passed', jobId: jobAt(play, job) }),
  wait: (play, { job }) => play.happen({ type: 'serial-timeout', jobId: jobAt(play, job) }),
  lock: (play, { flag }) => void (play.world.block = flag ? block : null),
  lost: (play) => play.happen({ type: 'access-lost', because: 'is suspended' }),
} satisfies Readonly<Record<string, (play: Play, move: Move) => void>>

/** What ends everything comes seldom, so that much can happen before. */
const rare = ['lost', 'redundant', 'lock', 'wait', 'pass', 'decline', 'missing', 'refuse'] as const
const often = ['end', 'answer', 'contexts', 'grant', 'press', 'compile', 'continue'] as const
const every = (Object.keys(moves) as (keyof typeof moves)[]).filter(
  (one) => !rare.some((other) => other === one),
)

const move = record({
  what: constantFrom(...every, ...every, ...often, ...often, ...often, ...often, ...rare),
  job: integer({ min: 0, max: 60 }),
  action: constantFrom(...actions, ...reruns, ...reruns, ...reruns),
  person: constantFrom(...people, ann, ann, ann),
  flag: boolean(),
})

function begin(first: Beginning): Play {
  const world = new World()
  const happen = (event: Bare): void => {
    world.happen({ ...event, pipelineId: id, at: world.tick() })
  }
  const play: Play = { world, first, happen }
  const { what } = first
  if (what === 'push' || what === 'setup') world.push(planOf(play, false))
  if (what === 'tag') happen({ type: 'triggered', trigger: trigger({ kind: 'tag', name: 'v1' }) })
  if (what === 'fork')
    happen({
      type: 'admitted',
      trigger: fork,
      admission: { forks: 'hold', wanted: false, opensBranch: false },
    })
  return play
}

const openJobs = ({ world }: Play): readonly JobRun[] =>
  [...world.jobs.values()].filter((job) => job.pipelineId === id && !isEnd(job.status))

const approvers = [ann, { ...ann, id: 77, login: 'eve' }]

/** Gives a job what it waits for. */
function serve({ happen }: Play, job: JobRun): void {
  const { id: own, status } = job
  if (status === 'on_hold')
    for (const by of approvers)
      happen({ type: 'action-requested', action: 'approve', jobId: own, current: true, by })
  if (status !== 'queued' && status !== 'running') return
  if (job.serial === 'waiting') happen({ type: 'serial-granted', jobId: own })
  const outcome = { kind: 'success' } as const
  for (const task of job.tasks)
    happen({ type: 'task-finished', jobId: own, taskId: task.id, worker: 'w', outcome })
}

/** All that was asked is answered, all who wait get their turn, and every task ends. */
function finish(play: Play): void {
  const { world } = play
  world.block = null
  for (let round = 0; round < 200; round++) {
    world.answer()
    world.answerContexts()
    for (const job of openJobs(play)) serve(play, job)
    if (openJobs(play).length === 0 && !world.pipelines.get(id)?.pendingRerun) return
  }
  const open = openJobs(play).map((job) => `${job.workflowName}/${job.planned.name}: ${job.status}`)
  throw new Error(`stuck: ${open.join(', ')} ${JSON.stringify(world.pipelines.get(id))}`)
}

/** Jobs that asked for a turn and did not give it back. */
function turnsKept({ world }: Play): readonly string[] {
  const kept = new Set<string>()
  for (const effect of world.effects)
    if (effect.type === 'serial-enter') kept.add(effect.jobId)
    else if (effect.type === 'serial-leave') kept.delete(effect.jobId)
  const own = [...kept].filter((one) => world.jobs.get(one as JobId)?.pipelineId === id)
  return own.map((one) => world.jobs.get(one as JobId)?.planned.name ?? one)
}

test('whatever comes to a pipeline, whatever became of it, is decided; all of it can end, and no turn is kept', () => {
  assert(
    property(beginning, array(move, { maxLength: 60, size: 'max' }), (first, all) => {
      const play = begin(first)
      for (const one of all) moves[one.what](play, one)
      finish(play)
      for (const workflow of play.world.workflows.values())
        if (workflow.pipelineId === id) expect(workflow.endedAt).not.toBeNull()
      expect(turnsKept(play)).toEqual([])
    }),
    { numRuns: 600 },
  )
})

test('a canceled pipeline begins nothing, whatever was on its way', () => {
  assert(
    property(beginning, array(move, { maxLength: 60, size: 'max' }), (first, all) => {
      const play = begin(first)
      play.happen({ type: 'redundant', by: 'a newer push', which: 'all' })
      const begins: readonly string[] = ['press', 'write', 'answerAnything', 'propose', 'admit']
      const before = play.world.tasks.length
      for (const one of all)
        if (!begins.includes(one.what) && first.what !== 'unknown') moves[one.what](play, one)
      expect(play.world.tasks.length).toBe(before)
    }),
    { numRuns: 200 },
  )
})
