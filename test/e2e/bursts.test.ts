import { afterAll, beforeAll, expect, test } from 'vitest'
import { type System, startSystem } from '../support/system.ts'

const config = `version: 2.1
jobs:
  build:
    machine: true
    steps:
      - run: echo build
  test:
    machine: true
    steps:
      - run: echo test
workflows:
  ci:
    jobs:
      - build
      - test:
          requires: [build]
`

let system: System
beforeAll(async () => {
  system = await startSystem({ executor: 'fake', concurrency: 16 })
})
afterAll(() => system.close())

test('100 pushes at once to five repositories: none lost, none doubled, every check concluded', async () => {
  const copies = await Promise.all(
    ['r1', 'r2', 'r3', 'r4', 'r5'].map((name) => system.repository(name)),
  )
  const shas: string[] = []
  const branches = Array.from({ length: 20 }, (_, index) => `b${index}`)
  for (const copy of copies)
    for (const branch of branches) {
      const sha = await copy.commit({ '.circleci/config.yml': config, branch })
      await copy.git('branch', branch, sha)
      shas.push(sha)
    }
  // One push a branch: GitHub sends a webhook for each, and all of them are under way together.
  await Promise.all(copies.flatMap((copy) => branches.map((branch) => copy.push(branch))))
  const good = { 'ci / build': 'success', 'ci / test': 'success', sluice: 'success' }
  const concluded = () =>
    shas.filter((sha) => JSON.stringify(sorted(system.checks(sha))) === JSON.stringify(good)).length
  await expect.poll(concluded, { timeout: 90_000, interval: 200 }).toBe(100)
  const twice = shas
    .map((sha) => system.standIn.runs(sha).map((run) => `${run.name}: ${run.title}`))
    .filter((runs) => runs.length > 3)
  expect(twice).toEqual([])
  await system.standIn.settled()
  expect(system.standIn.violations).toEqual([])
}, 120_000)

const sorted = (checks: Record<string, string>) =>
  Object.fromEntries(Object.entries(checks).toSorted(([a], [b]) => (a < b ? -1 : 1)))
