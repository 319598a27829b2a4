import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeExecutor } from '../../src/executors/fake.ts'
import type { SecretScope } from '../../src/ports/secrets.ts'
import { type Secrets, secretsOf } from '../../src/secrets/secrets.ts'
import { repository } from '../support/builders.ts'
import { forksRun } from '../support/forks-run.ts'
import {
  runStep,
  stepNumber,
  testKey,
  untilLogged,
  type Workplace,
  workplace,
} from '../support/workplace.ts'

const project: SecretScope = { kind: 'project', owner: repository.owner, name: repository.name }
const context = (name: string): SecretScope => ({ kind: 'context', owner: repository.owner, name })

let place: Workplace
let secrets: Secrets

beforeAll(async () => {
  place = await workplace()
  secrets = secretsOf(place.database.store.vault, testKey)
  await place.start()
})
afterAll(() => place.close())

test("the variables of a job come in CircleCI's order of precedence", async () => {
  await secrets.set(project, 'ORDER', 'project')
  await secrets.set(project, 'BY_PROJECT', 'project')
  await secrets.set(context('first'), 'ORDER', 'context-1')
  await secrets.set(context('first'), 'BY_CONTEXT', 'context-1')
  await secrets.set(context('second'), 'BY_CONTEXT', 'context-2')
  for (const name of ['CIRCLE_SHA1', 'BY_JOB', 'BY_STEP'])
    await secrets.set(context('second'), name, `context-2 ${name}`)
  const shown = ['BY_PROJECT', 'ORDER', 'BY_CONTEXT', 'CIRCLE_SHA1', 'BY_JOB', 'BY_STEP', 'INLINE']
  // In letters that no mask knows.
  const step = runStep(
    shown.map((name) => `printf %s "$${name}" | tr a-z- b-z-a; echo`).join('\n'),
    {
      environment: { BY_STEP: 'step' },
    },
  )
  const queued = await place.queue([step], {
    contexts: ['first', 'second'],
    environment: { BY_JOB: 'job', BY_STEP: 'job' },
  })
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  const shifted = (text: string) =>
    text.replaceAll(
      /[a-z-]/g,
      (letter) =>
        'bcdefghijklmnopqrstuvwxyz-a'['abcdefghijklmnopqrstuvwxyz-'.indexOf(letter)] ?? '',
    )
  const sha = queued.run.pipeline.trigger.commit.sha
  expect((await queued.log(1)).split('\n')).toEqual([
    ...['project', 'context-1', 'context-2', sha, 'job', 'step'].map(shifted),
    '',
    '',
  ])
})

test('a job that prints its secret in every form shows none of them', async () => {
  const secret = 'correct/horse "battery" staple+9'
  const key = `-----BEGIN KEY-----\n${randomBytes(48).toString('base64')}\n${randomBytes(48).toString('base64')}\n-----END KEY-----\n`
  await secrets.set(project, 'PLAIN', secret)
  await secrets.set(context('deploy'), 'KEY', key)
  const queued = await place.queue(
    [
      runStep(
        [
          'set -x',
          'echo "plain $PLAIN"',
          'printf %s "$PLAIN" | base64',
          'echo "$PLAIN" | base64',
          'echo "user:$PLAIN" | base64',
          'echo "$KEY"',
          'echo "$KEY" | base64',
          'printf "%s" "$KEY" | sed "s/^/      /"',
          'for i in $(seq ${#PLAIN}); do printf %s "${PLAIN:i-1:1}"; sleep 0.01; done; echo',
          'env | grep -e PLAIN -e KEY',
          'false',
        ].join('\n'),
        { name: 'tell' },
      ),
    ],
    { contexts: ['deploy'] },
  )
  expect(await queued.outcome()).toMatchObject({ kind: 'failed' })
  const log = await queued.log(1)
  expect(log).toContain('plain ****\n')
  expect(log).toContain('PLAIN=****\n')
  const lines = key.trim().split('\n')
  const hidden = [
    secret,
    ...lines,
    secret.slice(8),
    Buffer.from(secret).toString('base64').slice(0, 20),
  ]
  for (const one of hidden) expect(log).not.toContain(one)
  expect(await queued.variables()).toContain('PLAIN=****')
})

test('what is printed at the very end is shown, and what is stored counts for a restart', async () => {
  await secrets.set(project, 'WORD', 'passphrase')
  const queued = await place.queue([runStep('printf "pass$WORD and passph"')])
  await queued.outcome()
  expect(await queued.log(1)).toBe('pass**** and passph')
  const end = await place.database.store.logs.end({ taskId: queued.taskId, step: stepNumber(1) })
  expect(end).toEqual({ size: 19, source: 25 })
})

test('a worker that follows another hides a secret of which half was printed before', async () => {
  const fresh = await workplace()
  await secretsOf(fresh.database.store.vault, testKey).set(project, 'WORD', 'passphrase')
  const first = await fresh.start()
  const queued = await fresh.queue([
    runStep(
      'printf "one $WORD two pass"; while [ ! -e go ]; do sleep 0.05; done; echo "phrase three $WORD"',
    ),
    runStep('true'),
  ])
  await untilLogged(queued, 1, 'two ')
  expect(await queued.log(1)).toBe('one **** two ')
  await first.stop()
  await fresh.start()
  const opened = await fresh.executor.attach(queued.taskId)
  await opened?.begin({ id: 'go', script: 'touch go', env: {}, cwd: null, shell: null })
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect(await queued.log(1)).toBe('one **** two **** three ****\n')
  await fresh.close()
})

test.runIf(forksRun)('a pipeline of a fork is given nothing that is stored', async () => {
  await secrets.set(project, 'FOR_US', 'not for forks')
  await secrets.set(context('deploy'), 'FOR_US_TOO', 'not for forks')
  const fork = (head: number) => ({
    type: 'pull-request' as const,
    event: {
      name: 'pull_request' as const,
      action: 'opened',
      values: { 'pull_request.head.repo.id': head },
    },
  })
  const step = runStep('echo "${FOR_US+yes} ${FOR_US_TOO+too}"')
  const contexts = ['deploy']
  const strange = await place.queue([step], { contexts, trigger: fork(99) })
  const again = await place.queue([step], { contexts, trigger: { ...fork(99), type: 'rerun' } })
  const own = await place.queue([step], { contexts, trigger: fork(repository.id) })
  await Promise.all([strange.outcome(), again.outcome(), own.outcome()])
  expect(await Promise.all([strange.log(1), again.log(1), own.log(1)])).toEqual([
    ' \n',
    ' \n',
    'yes too\n',
  ])
})

test('a job whose context is gone fails and says so, and nothing of it runs', async () => {
  const queued = await place.queue([runStep('echo never')], { contexts: ['gone'] })
  expect(await queued.outcome()).toMatchObject({
    kind: 'failed',
    because: expect.stringContaining('there is no context gone any more'),
  })
  expect((await queued.steps()).map((step) => step.state.status)).toEqual(['failed', 'skipped'])
})

test.each([
  ['no key', null, /SLUICE_SECRETS_KEY is missing: it must be the key [0-9a-f]{12}/],
  [
    'another key',
    Buffer.alloc(32, 8),
    /encrypted with the key [0-9a-f]{12}, and the key that was given is [0-9a-f]{12}/,
  ],
])(
  'a worker with %s tells which one is needed, and runs nothing with a part of the variables',
  async (_, key, message) => {
    const fresh = await workplace({ executor: fakeExecutor() })
    const { vault } = fresh.database.store
    await secretsOf(vault, testKey).set(project, 'WORD', 'passphrase')
    await fresh.start({ secrets: secretsOf(vault, key) })
    const queued = await fresh.queue([runStep('print x')])
    expect(await queued.outcome()).toMatchObject({
      kind: 'failed',
      because: expect.stringMatching(message),
    })
    await fresh.close()
  },
)

test('nothing in the database holds a value in clear', async () => {
  const value = `never in clear ${randomBytes(12).toString('hex')}`
  await secrets.set(project, 'VALUE', value)
  const queued = await place.queue([
    runStep('echo "$VALUE"; echo "$VALUE" >&2; exit 3', { name: 'tell' }),
  ])
  await queued.outcome()
  const { query } = place.database
  const tables = await query(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  const dump = await Promise.all(
    tables.map(({ name }) => query(`select t::text as row from "${String(name)}" t`)),
  )
  const text = JSON.stringify(dump)
  expect(text).toContain('VALUE')
  for (const form of [
    value,
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('base64'),
  ])
    expect(text).not.toContain(form)
})
