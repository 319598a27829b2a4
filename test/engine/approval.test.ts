import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { usualPolicy } from '../../src/compile/project-settings/approvals.ts'
import type { ApprovalPolicy } from '../../src/model/project-settings.ts'
import type { Person, Trigger } from '../../src/model/trigger.ts'
import { ann, bob, plan, plannedWorkflow, trigger } from '../support/builders.ts'
import { World } from '../support/world.ts'

const carl: Person = { id: 31, login: 'carl', type: 'User' }
const eve: Person = { id: 32, login: 'eve', type: 'User' }

/** A push with an approval that is held, under this policy. */
function heldUnder(policy: Partial<ApprovalPolicy> = {}, by: Partial<Trigger> = {}): World {
  const world = new World()
  world.policy = { ...usualPolicy('write'), ...policy }
  world.push(plan(plannedWorkflow('ci', { hold: '', deploy: 'hold' })), { ...trigger(), ...by })
  return world
}
const two = { peopleNeeded: 2 }

const holdOf = (world: World) => {
  const job = world.job('hold')
  if (job.status !== 'on_hold' || !job.hold) throw new Error(`hold is ${job.status}`)
  return job.hold
}
const questions = (world: World) =>
  world.effects.flatMap((effect) =>
    effect.type === 'ask-permission' && effect.approval ? [effect.approval] : [],
  )

test('the policy is read when an approval is held, and shown on its check', () => {
  const world = heldUnder(two)
  expect(holdOf(world).policy).toBeNull()
  world.readPolicies()
  expect(holdOf(world)).toMatchObject({ policy: two, obstacle: null, approvals: [] })
  const reported = world.effects.flatMap((one) => (one.type === 'report' ? [one.subject.kind] : []))
  expect(reported.slice(-2)).toEqual(['job', 'pipeline'])
})

test('settings with a mistake are an obstacle that the check names, until a click finds them mended', () => {
  const world = heldUnder()
  world.readPolicies('line 3 is wrong')
  expect(holdOf(world)).toMatchObject({ policy: null, obstacle: 'line 3 is wrong' })
  world.click('approve', 'hold', bob, false)
  expect(holdOf(world)).toMatchObject({ policy: world.policy, obstacle: null })
})

test('two people are needed: the first is noted, the second lets the jobs run with their rights', () => {
  const world = heldUnder(two)
  world.click('approve', 'hold', ann)
  expect(holdOf(world).approvals).toMatchObject([{ person: ann }])
  expect(world.statuses()).toEqual({ hold: 'on_hold', deploy: 'blocked' })
  world.click('approve', 'hold', bob)
  expect(world.job('hold')).toMatchObject({
    status: 'success',
    because: 'approved by ann and bob',
    decisions: [{ person: ann }, { person: bob }],
    authority: { person: bob },
  })
  expect(world.job('deploy')).toMatchObject({ status: 'queued', authority: { person: bob } })
})

test('the same person twice counts once, also under another login', () => {
  const world = heldUnder(two)
  world.click('approve', 'hold', ann)
  world.click('approve', 'hold', { ...ann, login: 'ann-renamed' })
  expect(holdOf(world).approvals).toHaveLength(1)
  expect(world.job('hold').notices).toEqual([
    'ann-renamed asked to approve again; it waits for one more person.',
  ])
})

test('two people who approve at the same moment are two', () => {
  const world = heldUnder(two)
  world.request('approve', world.job('hold').id, ann)
  world.request('approve', world.job('hold').id, bob)
  world.answer()
  expect(world.statuses()).toEqual({ hold: 'success', deploy: 'queued' })
})

test('one rejection rejects, whoever has approved', () => {
  const world = heldUnder(two)
  world.click('approve', 'hold', ann)
  world.click('reject', 'hold', bob)
  expect(world.job('hold')).toMatchObject({
    status: 'canceled',
    because: 'rejected by bob',
    decisions: [{ person: bob }],
  })
})

test('who approved and has lost the right since does not count any more', () => {
  const world = heldUnder(two)
  world.click('approve', 'hold', ann)
  world.request('approve', world.job('hold').id, bob)
  expect(questions(world)[0]?.earlier).toMatchObject([{ person: ann }])
  world.lapsed = [ann.id]
  world.answer()
  expect(holdOf(world).approvals).toMatchObject([{ person: bob }])
  expect(world.job('hold').notices).toEqual(['ann may not approve any more and no longer counts.'])
})

test('a policy that asks for fewer people now counts at the next click', () => {
  const world = heldUnder(two)
  world.click('approve', 'hold', ann)
  world.policy = usualPolicy('write')
  world.click('approve', 'hold', ann)
  expect(world.job('hold')).toMatchObject({ because: 'approved by ann' })
})

test('a held approval moves along in a re-run with what was approved; run again, it begins anew', () => {
  const world = new World()
  world.policy = { ...usualPolicy('write'), ...two }
  world.push(plan(plannedWorkflow('ci', { hold: '', bad: '' })))
  world.click('approve', 'hold', ann)
  world.end('bad', 'failed')
  world.click('rerun-failed', null, ann)
  expect(holdOf(world).approvals).toHaveLength(1)
  world.click('reject', 'hold', bob)
  world.end('bad')
  world.click('rerun-failed', null, ann)
  expect(holdOf(world).approvals).toEqual([])
})

test('an approval expires: it is canceled with the reason, and what waits for it is not run', () => {
  const world = heldUnder({ expiresAfterMs: 86_400_000 + 3_600_000 })
  world.readPolicies()
  const { expiresAt } = holdOf(world)
  world.expireUntil((expiresAt ?? 0) - 1)
  expect(world.job('hold').status).toBe('on_hold')
  world.expireUntil(expiresAt ?? 0)
  expect(world.statuses()).toEqual({ hold: 'canceled', deploy: 'not_run' })
  expect(world.job('hold')).toMatchObject({
    because: 'its time of 1d1h ran out and nobody approved',
  })
})

test('what expires with too few approvals says whose', () => {
  const world = heldUnder({ ...two, expiresAfterMs: 7000 })
  world.readPolicies()
  world.click('approve', 'hold', ann)
  world.expireUntil(holdOf(world).expiresAt ?? 0)
  expect(world.job('hold')).toMatchObject({
    because: 'its time of 7s ran out: only ann approved, 2 people were needed',
  })
})

test('an expiry that was set later, or taken back, counts from the beginning of the hold', () => {
  const world = heldUnder({ expiresAfterMs: 1000 })
  world.readPolicies()
  const first = holdOf(world).expiresAt ?? 0
  world.policy = { ...world.policy, expiresAfterMs: 5000 }
  world.click('approve', 'hold', bob, false)
  expect(holdOf(world).expiresAt).toBe(first + 4000)
  world.expireUntil(first)
  expect(world.job('hold').status).toBe('on_hold')
  world.policy = { ...world.policy, expiresAfterMs: null }
  world.click('approve', 'hold', bob, false)
  world.expireUntil(first + 4000)
  expect(world.job('hold').status).toBe('on_hold')
})

test('who approves when the time is over comes too late, also before anybody else has noticed', () => {
  const world = heldUnder({ expiresAfterMs: 1000 })
  world.readPolicies()
  world.now = holdOf(world).expiresAt ?? 0
  world.click('approve', 'hold', ann)
  expect(world.statuses()).toEqual({ hold: 'canceled', deploy: 'not_run' })
  expect(world.job('hold').notices).toEqual(['ann asked to approve: it was too late.'])
})

test('an approval that was decided does not expire', () => {
  const world = heldUnder({ expiresAfterMs: 1000 })
  world.readPolicies()
  const { expiresAt } = holdOf(world)
  world.click('approve', 'hold', ann)
  world.expireUntil(expiresAt ?? 0)
  expect(world.statuses()).toEqual({ hold: 'success', deploy: 'queued' })
})

test('the question says whether the person made the event, the commit or the pull request', () => {
  const opened = { name: 'pull_request', action: 'opened' } as const
  const values = { 'pull_request.user.id': carl.id, 'pull_request.head.repo.id': 11 }
  const commit = { ...trigger().commit, authorLogin: 'Bob' }
  const world = heldUnder({}, { actor: ann, commit, event: { ...opened, values } })
  for (const person of [ann, bob, carl, eve]) world.request('approve', world.job('hold').id, person)
  expect(questions(world).map(({ author }) => author)).toEqual([true, true, true, false])
})

test('the contexts of the approval are asked about, but for forks, which are given none', () => {
  const asked = (by: Partial<Trigger>) => {
    const world = new World()
    const workflow = plannedWorkflow('ci', { hold: '' })
    const jobs = workflow.jobs.map((job) => ({ ...job, contexts: ['gate'] }))
    world.push(plan({ ...workflow, jobs }), { ...trigger(), ...by })
    world.request('approve', world.job('hold').id, bob)
    return questions(world)[0]?.contexts
  }
  const event = { name: 'pull_request', action: 'opened', values: {} } as const
  expect(asked({})).toEqual(['gate'])
  expect(asked({ event })).toEqual([])
})

test.each(['approve', 'reject', 'cancel', 'rerun-all'] as const)(
  'who proposes a change from a fork may not %s it, whatever their role',
  (action) => {
    const values = { 'pull_request.user.id': eve.id, 'pull_request.head.repo.id': 99 }
    const event = { name: 'pull_request', action: 'labeled', values } as const
    const world = heldUnder({}, { actor: ann, event })
    world.click(action, 'hold', eve)
    expect(world.statuses()).toEqual({ hold: 'on_hold', deploy: 'blocked' })
    expect(world.job('hold').notices[0]).toContain('from a fork may not do this; nothing changed.')
    world.click('approve', 'hold', ann)
    expect(world.job('hold').status).toBe('success')
  },
)

test('a hold that an older version stored is decided as any', () => {
  const world = heldUnder()
  const { hold: _, ...old } = world.job('hold') as Extract<
    ReturnType<typeof world.job>,
    { status: 'on_hold' }
  >
  world.jobs.set(old.id, old)
  world.click('approve', 'hold', ann)
  expect(world.job('hold')).toMatchObject({ status: 'success', because: 'approved by ann' })
})

test('an answer that tells of no policy lets nobody through', () => {
  const world = heldUnder()
  const job = world.job('hold')
  const request = { person: ann, action: 'approve', jobId: job.id } as const
  const about = { pipelineId: job.pipelineId, at: world.tick(), request }
  for (const approval of [undefined, { policy: null, obstacle: null, lapsed: [] }])
    world.happen({
      ...about,
      type: 'permission-answered',
      allowed: true,
      because: '',
      ...(approval && { approval }),
    })
  expect(world.job('hold').status).toBe('on_hold')
})

test('nothing is ever approved but by as many different people as the policy asks, each allowed', () => {
  const people = [ann, bob, carl, eve]
  assert(
    property(
      integer({ min: 1, max: 3 }),
      array(
        record({
          who: constantFrom(0, 1, 2, 3),
          allowed: boolean(),
          approves: constantFrom(true, true, false),
        }),
        { maxLength: 8 },
      ),
      (peopleNeeded, clicks) => {
        const world = heldUnder({ peopleNeeded })
        const yes = new Set<number>()
        let rejected = false
        for (const { who, allowed, approves } of clicks) {
          const open: boolean = !rejected && yes.size < peopleNeeded
          if (open && allowed && approves) yes.add(who)
          if (open && allowed && !approves) rejected = true
          world.click(approves ? 'approve' : 'reject', 'hold', people[who], allowed)
        }
        const held = yes.size >= peopleNeeded ? 'success' : 'on_hold'
        expect(world.job('hold').status).toBe(rejected ? 'canceled' : held)
        expect(world.job('deploy').status === 'queued').toBe(!rejected && held === 'success')
      },
    ),
    { numRuns: 200 },
  )
})

test('who pushed stays an author of the change when somebody else has begun its commit anew', () => {
  const { commit } = trigger()
  const world = heldUnder(
    { notAuthor: true },
    {
      type: 'rerun',
      actor: bob,
      commit: { ...commit, authorLogin: null },
      event: { name: 'push', action: 'push', values: { 'sender.login': 'Ann' } },
    },
  )
  const asked = [ann, bob, carl].map((person) => {
    world.request('approve', world.job('hold').id, person)
    return questions(world).at(-1)?.author
  })
  expect(asked).toEqual([true, true, false])
})
