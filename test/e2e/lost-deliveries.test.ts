import { afterEach, expect, test } from 'vitest'
import type { Rhythm } from '../../src/github/app.ts'
import { type System, startSystem } from '../support/system.ts'

/** Everything that is done now and then comes many times a second. */
const rhythm: Rhythm = {
  reconcileEveryMs: 1000,
  redeliverEveryMs: 500,
  redeliverAfterMs: 0,
  surveyEveryMs: 500,
  graceMs: 3000,
}
const file = '.circleci/config.yml'
const config = (failing: boolean) => `version: 2.1
jobs:
  build: { machine: true, steps: [{ run: "echo build" }] }
  test: { machine: true, steps: [{ run: "${failing ? 'exit 1' : 'echo test'}" }] }
workflows:
  ci:
    jobs:
      - build
      - hold: { type: approval, requires: [build] }
      - test: { requires: [hold] }
`
const timeout = { timeout: 60_000, interval: 100 }

let system: System
afterEach(async () => {
  await system.close()
})

/** Runs of each name and how the newest of them stands. */
const shown = (sha: string) => {
  const counts = Map.groupBy(system.standIn.runs(sha), ({ name }) => name)
  return Object.fromEntries(
    Object.entries(system.checks(sha))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, state]) => [
        name,
        `${state} (${new Set(counts.get(name)?.map((run) => run.externalId.split('/')[0])).size})`,
      ]),
  )
}
const waiting = {
  'ci / build': 'success (1)',
  'ci / hold': 'action_required (1)',
  'ci / test': 'queued (1)',
  sluice: 'in_progress (1)',
}

test('pushes of which GitHub forgot everything are found by comparing branches, each once', async () => {
  system = await startSystem({ executor: 'fake', rhythm, concurrency: 8 })
  const copy = await system.repository('shop')
  const first = await copy.commit({ [file]: config(false) })
  await copy.push('HEAD:main')
  await expect.poll(() => shown(first), timeout).toEqual(waiting)
  // Seen once, so that it is known what was there before.
  const looks = () => system.standIn.requests.filter(({ op }) => op === 'repos/list-branches')
  await expect.poll(looks, timeout).not.toEqual([])

  system.standIn.setWebhookUrl(null)
  const changed = await copy.commit({ 'a.txt': 'a' })
  await copy.push('HEAD:main')
  const made = await copy.commit({ 'a.txt': 'b' })
  await copy.push('HEAD:new')
  const skipped = await copy.commit({ 'a.txt': 'c' }, 'Not now [skip ci]')
  await copy.push('HEAD:skipped')
  await system.standIn.settled()
  const lost = system.standIn.deliveries.filter(({ event }) => event === 'push').slice(-3)
  system.standIn.forgetDeliveries()
  await expect.poll(() => shown(changed), timeout).toEqual(waiting)
  await expect.poll(() => shown(made), timeout).toEqual(waiting)

  // The words come after all: they make no second pipeline.
  system.standIn.setWebhookUrl(`${system.sluice.url}/api/github/webhooks`)
  for (const delivery of lost) await system.standIn.redeliver(delivery)
  await copy.push(`${made}:main`)
  const again = { 'ci / build (main)': 'success (1)' }
  await expect.poll(() => shown(made), timeout).toMatchObject(again)
  expect(shown(changed)).toEqual(waiting)
  expect(shown(skipped)).toEqual({})
  expect(system.standIn.violations).toEqual([])
}, 120_000)

/** Numbers of one seed are the same in every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const isFailing = (push: string): boolean => push.endsWith('0')

/** Presses every approval, and re-runs what failed from the failed job once. */
async function playPeople(sha: string, pressed: Set<string>): Promise<void> {
  for (const run of system.standIn.latestRuns(sha)) {
    const button =
      (run.conclusion === 'action_required' && 'approve') ||
      (run.name === 'ci / test' && run.conclusion === 'failure' && 'rerun-failed')
    const key = `${button} ${button === 'approve' ? run.id : sha}`
    if (!button || pressed.has(key)) continue
    pressed.add(key)
    await system.standIn.ui.clickAction(run.id, button, 'ann')
  }
}

/** Four pushes a round, their approvals and re-runs; how every commit ends. `seed` null: undisturbed. */
async function play(seed: number | null, rounds: number): Promise<Record<string, unknown>> {
  system = await startSystem({ executor: 'fake', rhythm, concurrency: 16 })
  const { standIn } = system
  const next = random(seed ?? 1)
  const copies = await Promise.all(['r1', 'r2', 'r3', 'r4'].map((name) => system.repository(name)))
  // Who may approve is read from the default branch.
  for (const copy of copies) {
    await copy.commit({ 'README.md': 'A shop' }, 'Begin [skip ci]')
    await copy.push('HEAD:main')
  }
  const shas = new Map<string, string>()
  const disturb = () => {
    if (seed === null) return
    standIn.webhooks.duplicate = next() < 0.3
    standIn.webhooks.shuffle = next() < 0.5
    standIn.webhooks.delayMs = next() < 0.3 ? Math.floor(next() * 200) : 0
    standIn.webhooks.drop(() => next() < 0.2)
  }
  for (let round = 0; round < rounds; round++) {
    disturb()
    await Promise.all(
      copies.map(async (copy, index) => {
        const name = `r${index + 1} ${round}`
        const sha = await copy.commit({ [file]: config(isFailing(name)), name })
        shas.set(name, sha)
        await copy.push(`HEAD:b${round % 25}`)
      }),
    )
  }
  const pressed = new Set<string>()
  const ended = async () => {
    disturb()
    for (const sha of shas.values()) await playPeople(sha, pressed)
    const open = [...shas.values()].filter((sha) => !isOver(sha))
    return open.length
  }
  await expect.poll(ended, { timeout: 150_000, interval: 100 }).toBe(0)
  await standIn.settled()
  standIn.webhooks.dropNone()
  expect(standIn.violations).toEqual([])
  return Object.fromEntries([...shas].map(([name, sha]) => [name, shown(sha)]))
}

/** Every check has ended for good, and the failed ones were run again. */
function isOver(sha: string): boolean {
  const checks = Object.values(system.checks(sha))
  const all =
    checks.length === 4 && checks.every((state) => state === 'success' || state === 'failure')
  const runs = system.standIn.runs(sha).filter(({ name }) => name === 'ci / test')
  return all && (system.checks(sha)['ci / test'] === 'success' || runs.length > 1)
}

test.each([1 + Math.floor(Date.now() % 1_000_000)])(
  '200 pushes, approvals and re-runs end alike when deliveries are lost, doubled, late and in disorder (seed %i)',
  async (seed) => {
    // Pushes do not know of each other: two undisturbed rounds say how each kind of them ends.
    const calm = await play(null, 2)
    await system.close()
    const chaos = await play(seed, 50)
    const expected = Object.keys(chaos).map((push) => [push, calm[`r1 ${isFailing(push) ? 0 : 1}`]])
    expect(chaos).toEqual(Object.fromEntries(expected))
    expect(Object.keys(chaos)).toHaveLength(200)
    expect(system.standIn.deliveries.filter(({ status }) => status !== 'OK')).not.toEqual([])
  },
  400_000,
)
