import { afterEach, beforeEach, expect, test } from 'vitest'
import { compileWithOrbs } from '../../src/conductor/compile-with-orbs.ts'
import { GitHubUnavailable } from '../../src/ports/github.ts'
import type { Vendored } from '../../src/ports/orbs.ts'
import { branch, compileHere, pushOf } from '../compile/support.ts'
import { faults, type OrbRegistry, startOrbRegistry } from '../support/orb-registry.ts'
import { nothingVendored, testOrbs } from '../support/orbs.ts'

const outer = `version: 2.1
orbs:
  inner: team/inner@1
jobs:
  build:
    machine: true
    steps: [inner/greet]
`
const inner = `version: 2.1
commands:
  greet:
    steps:
      - run: echo hello from the registry
`
const config = `version: 2.1
orbs:
  outer: team/outer@1.0
workflows:
  ci:
    jobs: [outer/build]
`

let registry: OrbRegistry

beforeEach(async () => {
  registry = await startOrbRegistry({ 'team/outer@1.0.7': outer, 'team/inner@1.4.2': inner })
})
afterEach(() => registry.stop())

const compiled = (text: string, vendored: Vendored = nothingVendored) =>
  compileWithOrbs(
    { text, file: 'config.yml' },
    pushOf(branch('main')),
    { compile: compileHere, orbs: testOrbs({ registry: registry.address }) },
    vendored,
  )
const asked = () => registry.asked.map(({ reference }) => reference)

test('a config without orbs asks nobody', async () => {
  const text = 'version: 2.1\njobs:\n  build: { machine: true, steps: [checkout] }\n'
  expect(await compiled(text)).toMatchObject({ kind: 'compiled' })
  expect(asked()).toEqual([])
})

test('orbs are fetched, and what they bring in, and their versions are locked in the plan', async () => {
  const answer = await compiled(config)
  expect(answer).toMatchObject({
    kind: 'compiled',
    plan: {
      orbs: { 'team/outer@1.0': '1.0.7', 'team/inner@1': '1.4.2' },
      workflows: [{ jobs: [{ name: 'outer/build' }] }],
    },
  })
  expect(JSON.stringify(answer)).toContain('echo hello from the registry')
  expect(asked()).toEqual(['team/outer@1.0', 'team/inner@1'])
})

test('an orb in the repository takes the place of the one in the registry', async () => {
  const files: Record<string, string> = {
    '.circleci/orbs/team/inner@1.yml': inner.replace('registry', 'repository'),
  }
  const answer = await compiled(config, (path) => Promise.resolve(files[path] ?? null))
  expect(JSON.stringify(answer)).toContain('echo hello from the repository')
  expect(asked()).toEqual(['team/outer@1.0'])
})

test('an orb that is not to be had rejects the config where it is named', async () => {
  expect(await compiled(config.replace('@1.0', '@3'))).toMatchObject({
    kind: 'rejected',
    diagnostics: [
      {
        code: 'orb-missing',
        message: expect.stringContaining('the orb team/outer has no version 3'),
        hint: expect.stringContaining('Did you mean team/outer@1.0.7?'),
        where: { line: 3 },
      },
    ],
  })
})

test('a registry that is away rejects the config and names the file that would help', async () => {
  registry.failAlways(faults.status(503))
  expect(await compiled(config)).toMatchObject({
    kind: 'rejected',
    diagnostics: [
      {
        message: expect.stringContaining('could not be asked for team/outer@1.0'),
        hint: expect.stringContaining('.circleci/orbs/team/outer@1.0.yml'),
      },
    ],
  })
})

test('a repository that cannot be read now is tried again, not a missing orb', async () => {
  const vendored = () => Promise.reject(new GitHubUnavailable('502'))
  await expect(compiled(config, vendored)).rejects.toThrow(GitHubUnavailable)
})
