import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { secretCommand } from '../support/secret-command.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { jobLog, openStage, type Stage } from '../support/stage.ts'

const patience = { timeout: 25_000 }
const env = { SLUICE_SECRETS_KEY: randomBytes(32).toString('base64') }

let stage: Stage
let server: ServerProcess
beforeAll(async () => {
  stage = await openStage()
  stage.gitHub.addTeam({
    org: 'acme',
    slug: 'ops',
    members: [{ login: 'carl', role: 'member', state: 'active' }],
  })
  stage.gitHub.addPerson({ login: 'carl', role: 'write' })
  server = await stage.serve(env)
})
afterAll(() => stage[Symbol.asyncDispose]())
afterEach(async () => {
  await stage.gitHub.settled()
  if (stage.gitHub.violations.length > 0) throw new Error(stage.gitHub.violations.join('\n'))
})

/** On the database of the server, while that runs. */
const secret = async (input: string, ...words: readonly string[]) => {
  const data = { SLUICE_DATA_DIR: join(stage.directory, 'data') }
  expect(await secretCommand(words, { input, env: { ...env, ...data } })).toMatchObject({ code: 0 })
}
const deploy = ['--context', 'deploy', '--org', 'acme']

const config = (jobs: string) => `version: 2.1
jobs:
  tell:
    machine: true
    steps:
      - run: echo "project $OF_PROJECT, context $OF_CONTEXT"
  after:
    machine: true
    steps: [run: 'true']
workflows:
  ci:
    jobs:
${jobs}`

const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => stage.checks(sha), patience).toEqual(checks)

test('a job is given the variables of its project and contexts, and shows them as stars', async () => {
  await secret('hunter2-project', 'set', 'OF_PROJECT', '--project', 'acme/given')
  await secret('hunter2-context', 'set', 'OF_CONTEXT', ...deploy)
  const sha = await stage.push('given', config('      - tell: { context: deploy }\n'))
  await becomes(sha, { 'ci / tell': 'success', sluice: 'success' })
  const log = await jobLog(server.url, stage.check(sha, 'ci / tell'))
  expect(log).toContain('project ****, context ****')
  expect(log).not.toContain('hunter2')
}, 60_000)

test('a job with an unknown context is unauthorized, with the reason in its check', async () => {
  const sha = await stage.push(
    'unknown',
    config('      - tell: { context: no-such }\n      - after: { requires: [tell] }\n'),
  )
  await becomes(sha, { 'ci / tell': 'failure', 'ci / after': 'cancelled', sluice: 'failure' })
  expect(stage.check(sha, 'ci / tell').title).toBe(
    'not authorized: there is no context no-such in acme (sluice secret set NAME --context no-such --org acme makes it)',
  )
}, 60_000)

test('a restricted context is for those who may, and for what they approve', async () => {
  await secret('hunter2-restricted', 'set', 'OF_CONTEXT', '--context', 'ops-only', '--org', 'acme')
  await secret('', 'restrict', '--context', 'ops-only', '--org', 'acme', '--team', 'ops')
  const restricted = '{ context: ops-only, name: NAME, requires: [NEEDS] }'
  const sha = await stage.push(
    'restricted',
    config(
      [
        '      - tell: { context: ops-only, name: pushed }',
        '      - hold: { type: approval }',
        `      - tell: ${restricted.replace('NAME', 'approved').replace('NEEDS', 'hold')}`,
        '',
      ].join('\n'),
    ),
  )
  const held = {
    'ci / pushed': 'failure',
    'ci / hold': 'action_required',
    'ci / approved': 'queued',
  }
  await becomes(sha, { ...held, sluice: 'in_progress' })
  expect(stage.check(sha, 'ci / pushed').title).toBe(
    'not authorized: ann may not use the context ops-only: ann is not in the team ops',
  )
  await stage.click(sha, 'ci / hold', 'approve', 'carl')
  await becomes(sha, {
    'ci / pushed': 'failure',
    'ci / hold': 'success',
    'ci / approved': 'success',
    sluice: 'failure',
  })
  const log = await jobLog(server.url, stage.check(sha, 'ci / approved'))
  expect(log).toContain('context ****')
}, 60_000)

test('a server without the key refuses to run jobs while secrets are stored', async () => {
  await server.stop()
  await expect(stage.serve({})).rejects.toThrow('SLUICE_SECRETS_KEY is missing: it must be the key')
  server = await stage.serve({}, '--workers', '0')
}, 60_000)
