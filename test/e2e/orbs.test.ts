import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { faults, type OrbRegistry, startOrbRegistry } from '../support/orb-registry.ts'
import { type System, startSystem } from '../support/system.ts'

const orb = (greeting: string) => `version: 2.1
jobs:
  greet:
    machine: true
    steps:
      - run: echo ${greeting}
`
const config = (version: string) => `version: 2.1
orbs:
  team: team/orb@${version}
workflows:
  ci:
    jobs: [team/greet]
`

let registry: OrbRegistry
let system: System
let made = 0

beforeAll(async () => {
  registry = await startOrbRegistry({
    'team/orb@1.2.3': orb('hello from 1.2.3'),
    'team/orb@2.0.0': orb('hello from 2.0.0'),
  })
  system = await startSystem({
    settings: { orbs: { registry: registry.address, urls: [], token: null } },
  })
})
afterAll(async () => {
  await system.close()
  await registry.stop()
})
beforeEach(() => registry.failAlways(null))

async function push(files: Readonly<Record<string, string>>): Promise<string> {
  const copy = await system.repository(`orbs-${(made += 1)}`)
  const sha = await copy.commit(files)
  await copy.push('HEAD:main')
  return sha
}

const ended = (sha: string) => expect.poll(() => system.checks(sha), { timeout: 20_000 })
const succeeded = { sluice: 'success', 'ci / team/greet': 'success' }

test('a job of an orb runs, also through a hiccup of the registry', async () => {
  registry.fail(faults.status(502))
  const sha = await push({ '.circleci/config.yml': config('1') })
  await ended(sha).toEqual(succeeded)
  expect(await system.jobLog(sha, 'ci / team/greet')).toContain('hello from 1.2.3')
})

test('an orb that the commit brings along runs without the registry', async () => {
  registry.failAlways(faults.silent)
  const sha = await push({
    '.circleci/config.yml': config('3'),
    '.circleci/orbs/team/orb@3.yml': orb('hello from the commit'),
  })
  await ended(sha).toEqual(succeeded)
  expect(await system.jobLog(sha, 'ci / team/greet')).toContain('hello from the commit')
})

test('a registry that is away fails the check, which names the file that would help', async () => {
  registry.failAlways(faults.status(503))
  const sha = await push({ '.circleci/config.yml': config('2.0.0') })
  await ended(sha).toEqual({ sluice: 'failure' })
  const [annotation] = system.check(sha, 'sluice').annotations
  expect(annotation).toMatchObject({ path: '.circleci/config.yml', start_line: 3 })
  expect(annotation?.message).toContain('.circleci/orbs/team/orb@2.0.0.yml')
})

test('what was fetched once is compiled when the registry is away', async () => {
  const first = await push({ '.circleci/config.yml': config('2.0.0') })
  await ended(first).toEqual(succeeded)
  registry.failAlways(faults.silent)
  const second = await push({ '.circleci/config.yml': config('2.0.0') })
  await ended(second).toEqual(succeeded)
  expect(system.standIn.violations).toEqual([])
})
