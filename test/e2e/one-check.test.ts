import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type System, startSystem } from '../support/system.ts'

/** The check that branches require, where jobs come and go and others run at the same commit. */
const patience = { timeout: 25_000 }
const file = '.circleci/config.yml'

let system: System
beforeAll(async () => {
  system = await startSystem({ executor: 'fake' })
})
afterAll(() => system.close())
afterEach(async () => {
  await system.standIn.settled()
  if (system.standIn.violations.length > 0) throw new Error(system.standIn.violations.join('\n'))
})

const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => system.checks(sha), patience).toEqual(checks)

const job = (name: string, command: string) =>
  `  ${name}: { docker: [{ image: 'cimg/base:current' }], steps: [{ run: '${command}' }] }\n`
const matrix = (name: string, versions: string) => `version: 2.1
jobs:
  ${name}:
    parameters: { version: { type: integer } }
    docker: [{ image: 'cimg/base:current' }]
    steps: [{ run: 'true' }]
workflows:
  ci: { jobs: [{ ${name}: { matrix: { parameters: { version: [${versions}] } } } }] }
`

test('jobs that were renamed and a matrix that has changed: nobody waits for what is no more', async () => {
  const copy = await system.repository('renamed')
  const before = await copy.commit({ [file]: matrix('check', '1, 2') })
  await copy.push('HEAD:main')
  const old = { 'ci / check-1': 'success', 'ci / check-2': 'success', sluice: 'success' }
  await becomes(before, old)
  const after = await copy.commit({ [file]: matrix('test', '2, 3') })
  await copy.push('HEAD:main')
  await becomes(after, { 'ci / test-2': 'success', 'ci / test-3': 'success', sluice: 'success' })
  expect(system.checks(before)).toEqual(old)
}, 60_000)

test('what is run on demand at the commit of a push has a check of its own, and leaves that of the push', async () => {
  const copy = await system.repository('demanded')
  const config = `version: 2.1
jobs:
${job('build', 'true')}${job('broken', 'exit 1')}workflows:
  ci: { jobs: [build] }
  asked:
    when: { not: { equal: [webhook, << pipeline.trigger_source >>] } }
    jobs: [broken]
`
  const sha = await copy.commit({ [file]: config })
  await copy.push('HEAD:main')
  const pushed = { 'ci / build': 'success', sluice: 'success' }
  await becomes(sha, pushed)
  const { id } = system.check(sha, 'sluice')
  await system.click(sha, 'sluice', 'new-run')
  await becomes(sha, {
    ...pushed,
    'ci / build (on demand)': 'success',
    'asked / broken (on demand)': 'failure',
    'sluice (on demand)': 'failure',
  })
  expect(system.check(sha, 'sluice').id).toBe(id)
  expect(system.check(sha, 'sluice').title).toMatch(/^1 job done/)
  // Another branch at the commit has it told anew.
  await copy.push('HEAD:other')
  const summary = () => system.check(sha, 'sluice').summary
  await expect.poll(summary, patience).toContain('[Pipeline 3]')
  expect(summary()).toContain('[Pipeline 1]')
  expect(summary()).not.toContain('[Pipeline 2]')
}, 60_000)
