import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OrbRegistry, startOrbRegistry } from '../support/orb-registry.ts'
import { sluice } from '../support/sluice-command.ts'

const orb = (greeting: string) => `version: 2.1
jobs:
  greet:
    docker: [{ image: cimg/base:2024.01 }]
    steps:
      - run: echo ${greeting}
`
const config = `version: 2.1
orbs:
  team: team/orb@1
workflows:
  ci:
    jobs: [team/greet]
`

let registry: OrbRegistry
let folder: string

beforeEach(async () => {
  registry = await startOrbRegistry({ 'team/orb@1.2.3': orb('hello') })
  folder = mkdtempSync(join(tmpdir(), 'sluice-cli-orbs-'))
  write('checkout/.circleci/config.yml', config)
  write('checkout/.circleci/exact.yml', config.replace('@1', '@1.2.3'))
})
afterEach(async () => {
  await registry.stop()
  rmSync(folder, { recursive: true })
})

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

const call = (...words: readonly string[]) =>
  sluice(
    words.map((word) => (word.endsWith('.yml') ? join(folder, 'checkout/.circleci', word) : word)),
    {
      env: {
        XDG_CACHE_HOME: join(folder, 'cache'),
        SLUICE_ORB_REGISTRY: registry.address,
      },
    },
  )

/** The types of the jobs that one file's workflow selects. */
async function typesOf(...words: readonly string[]) {
  const { code, out, err } = await call('plan', '--json', '--branch', 'main', ...words)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { workflows, diagnostics } = JSON.parse(out)
  const codes = diagnostics.map(({ code: one }: { readonly code: string }) => one)
  return { codes, types: workflows.ci.jobs.map(({ type }: { readonly type: string }) => type) }
}

const whole = { codes: [], types: ['build'] }
const opaque = { codes: ['orb-opaque'], types: ['orb'] }

test('plan fetches orbs and keeps exact versions for the time without a network', async () => {
  expect(await typesOf('config.yml')).toEqual(whole)
  await registry.stop()
  expect(await typesOf('exact.yml')).toEqual(whole)
  expect(await typesOf('--offline', 'exact.yml')).toEqual(whole)
})

test('plan --offline asks nobody: what is not at hand is named and not looked into', async () => {
  expect(await typesOf('--offline', 'config.yml')).toEqual(opaque)
  expect(registry.asked).toEqual([])
})

test('an orb beside the config is used without a network', async () => {
  write('checkout/.circleci/orbs/team/orb@1.yml', orb('vendored'))
  expect(await typesOf('--offline', 'config.yml')).toEqual(whole)
  expect(await typesOf('config.yml')).toEqual(whole)
  expect(registry.asked).toEqual([])
})

test('files that use the same orb fetch it once', async () => {
  const { code } = await call('plan', '--branch', 'main', 'config.yml', 'config.yml')
  expect(code).toBe(0)
  expect(registry.asked).toHaveLength(1)
})

test('plan without a registry is told of the file that would help', async () => {
  await registry.stop()
  const { code, err } = await call('plan', 'config.yml')
  expect(code).toBe(1)
  expect(err).toMatch(/config\.yml:3:\d+: error orb-missing: .*could not be asked for team\/orb@1/)
  expect(err).toContain('.circleci/orbs/team/orb@1.yml')
})

test('validate never asks the network', async () => {
  const { code, out, err } = await call('validate', 'config.yml')
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('is valid') })
  expect(err).toContain('warning orb-opaque')
  expect(registry.asked).toEqual([])
  expect(existsSync(join(folder, 'cache'))).toBe(false)
  write('checkout/.circleci/orbs/team/orb@1.yml', orb('vendored').replace('greet', 'meet'))
  expect(await call('validate', 'config.yml')).toMatchObject({ code: 1 })
})

test('a wrong setting about orbs is a wrong call, told where an orb is needed', async () => {
  const env = { SLUICE_ORB_URLS: 'orbs.example.com' }
  const file = join(folder, 'checkout/.circleci/config.yml')
  const { code, err } = await sluice(['plan', file], { env })
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringMatching(/^sluice: SLUICE_ORB_URLS is "orbs\.example\.com": expected https/),
  })
  write(
    'plain.yml',
    'version: 2.1\njobs:\n  build: { docker: [{ image: cimg/base:2024.01 }], steps: [checkout] }\n',
  )
  expect(await sluice(['validate', join(folder, 'plain.yml')], { env })).toMatchObject({ code: 0 })
})
