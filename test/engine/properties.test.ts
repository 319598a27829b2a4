import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { PlannedWorkflow } from '../../src/model/plan.ts'
import type { EndStatus } from '../../src/model/run.ts'
import { isEnd, isEnded } from '../../src/model/run.ts'
import type { Graph } from '../support/builders.ts'
import { plan, plannedWorkflow } from '../support/builders.ts'
import { World } from '../support/world.ts'

/** A random graph: each job requires some of the jobs before it, so it can have no cycle. */
const graphs = array(
  record({
    kind: constantFrom('job', 'job', 'ctx', 'hold', 'noop'),
    requires: array(integer({ min: 0, max: 30 }), { maxLength: 4 }),
    statuses: constantFrom<readonly EndStatus[]>(
      ['success'],
      ['success'],
      ['failed'],
      ['success', 'failed', 'canceled', 'unauthorized', 'not_run'],
    ),
  }),
  { minLength: 1, maxLength: 12 },
).map((jobs): Graph => {
  const names = jobs.map(({ kind }, index) => `${kind}${index}`)
  return Object.fromEntries(
    jobs.map(({ requires, statuses }, index) => {
      const earlier = [...new Set(requires.map((n) => n % Math.max(1, index)))].filter(
        (n) => n < index,
      )
      return [names[index] ?? '', earlier.map((n) => ({ [names[n] ?? '']: statuses }))]
    }),
  )
})

const moves = array(
  record({
    what: constantFrom(
      'end',
      'fail',
      'lose',
      'approve',
      'reject',
      'cancel',
      'rerun-failed',
      'rerun-all',
      'rerun-job',
      'cancel-all',
      'allow',
      'refuse',
      'continue',
      'compile',
      'compile-wrong',
    ),
    which: integer({ min: 0, max: 30 }),
  }),
  { maxLength: 25 },
)

type Move = { readonly what: string; readonly which: number }

/** A setup config, of which a job may bring the second graph; its jobs have names of their own. */
interface Pair {
  readonly first: Graph
  readonly second: Graph
  readonly maxAutoReruns: number
}
const pairs = record({
  first: graphs,
  second: graphs.map(renamed),
  maxAutoReruns: integer({ min: 0, max: 2 }),
})

function renamed(graph: Graph): Graph {
  const entries = Object.entries(graph).map(([name, requires]) => [
    `${name}x`,
    typeof requires === 'string'
      ? requires
      : requires.map((one) =>
          Object.fromEntries(Object.entries(one).map(([k, v]) => [`${k}x`, v])),
        ),
  ])
  return Object.fromEntries(entries)
}

/** Jobs of the kind `ctx` need a context. */
function planned(graph: Graph): PlannedWorkflow {
  const workflow = plannedWorkflow('ci', graph)
  const jobs = workflow.jobs.map((job) =>
    job.name.startsWith('ctx') ? { ...job, contexts: ['prod'] } : job,
  )
  return { ...workflow, jobs }
}

/** The pipeline of a push that may be continued, and what to do about that. */
function pushed({ first, second, maxAutoReruns }: Pair) {
  const world = new World()
  const workflow = { ...planned(first), maxAutoReruns }
  const pipelineId = world.push({ ...plan(workflow), setup: { taken: [] } })
  return {
    world,
    play: (move: Move): void => {
      const about = { pipelineId, at: world.tick() }
      const continuation = true
      if (move.what === 'continue') {
        const config = { file: null, text: '', parameters: {} }
        world.happen({ ...about, type: 'continued', by: `${move.which}`, config })
      } else if (move.what === 'compile') {
        const again = plan(planned(second))
        world.happen({ ...about, type: 'compiled', plan: again, continuation })
      } else if (move.what === 'compile-wrong')
        world.happen({ ...about, type: 'rejected', diagnostics: [], continuation })
      else play(world, move)
    },
  }
}

function play(world: World, { what, which }: Move): void {
  const names = Object.keys(world.statuses())
  const name = names[which % names.length] ?? ''
  if (what === 'end' || what === 'fail')
    return world.end(name, what === 'end' ? 'success' : 'failed')
  if (what === 'allow') return void world.answerContexts()
  if (what === 'refuse') return void world.answerContexts('no')
  if (what === 'lose') return world.end(name, { kind: 'lost', because: 'gone' })
  if (what === 'approve' || what === 'reject' || what === 'cancel' || what === 'rerun-job')
    return world.click(what, name)
  if (what === 'rerun-failed' || what === 'rerun-all') return world.click(what, null)
  world.click('cancel', null)
}

function expectSound(world: World): void {
  for (const workflow of world.workflows.values()) {
    const jobs = [...world.jobs.values()].filter((job) => job.workflowId === workflow.id)
    const counted = Object.entries(workflow.counts).filter(([, count]) => count > 0)
    expect(Object.fromEntries(counted)).toEqual(countBy(jobs.map((job) => job.status)))
    expect(workflow.endedAt !== null).toBe(jobs.every((job) => isEnd(job.status)))
  }
  for (const [id, edges] of world.edges) {
    if (world.workflows.get(id)?.supersededBy !== null) continue
    for (const edge of edges) {
      const from = world.jobs.get(edge.from)
      const to = world.jobs.get(edge.to)
      const met = from && isEnd(from.status) && edge.statuses.includes(from.status)
      // Moved along by a re-run, a job may run beside what it had required before.
      const began =
        to && (to.status === 'queued' || to.status === 'running') && to.attempt === from?.attempt
      if (began && world.workflows.get(id)?.attempt === 1) expect(met).toBe(true)
      if (to?.status === 'blocked') expect(from && isEnd(from.status) && !met).toBeFalsy()
    }
  }
}

const countBy = (words: readonly string[]) =>
  Object.fromEntries(
    [...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]),
  )

/** Plays on, always well, until nothing is left to do. */
function finish(world: World): void {
  for (let round = 0; round < 100; round++) {
    const open = Object.entries(world.statuses()).filter(
      ([, status]) => !isEnd(status as EndStatus),
    )
    if (open.length === 0) return
    world.answerContexts()
    for (const [name, status] of open) {
      if (status === 'on_hold') world.click('approve', name)
      if (status === 'queued' || status === 'running') world.end(name)
    }
  }
  throw new Error(`stuck: ${JSON.stringify(world.statuses())}`)
}

test('whatever happens, no job runs before what it requires, counts are true, and every workflow ends', () => {
  assert(
    property(pairs, moves, (pair, steps) => {
      const { world, play: next } = pushed(pair)
      for (const move of steps) {
        next(move)
        expectSound(world)
      }
      finish(world)
      expectSound(world)
    }),
    { numRuns: 150 },
  )
})

test('replaying the same events gives the same state', () => {
  assert(
    property(pairs, moves, (pair, steps) => {
      const [first, second] = [0, 1].map(() => {
        const { world, play: next } = pushed(pair)
        for (const move of steps) next(move)
        return [...world.jobs.values()]
      })
      expect(second).toEqual(first)
    }),
    { numRuns: 50 },
  )
})

test('a finished workflow run keeps every job as it ended', () => {
  assert(
    property(pairs, moves, moves, (pair, before, after) => {
      const { world, play: next } = pushed(pair)
      for (const move of before) next(move)
      const over = new Set(
        [...world.workflows.values()].filter((one) => one.endedAt !== null).map((one) => one.id),
      )
      const ended = [...world.jobs.values()].filter(
        (job) => isEnded(job) && over.has(job.workflowId),
      )
      for (const move of after) next(move)
      for (const job of ended)
        expect({ ...world.jobs.get(job.id), notices: [] }).toEqual({ ...job, notices: [] })
    }),
    { numRuns: 100 },
  )
})
