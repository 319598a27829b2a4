import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import { type Postgres, startPostgres, systemPostgres } from '../support/postgres.ts'
import { appEnvironment } from '../support/server-process.ts'
import { type Ended, sluice } from '../support/sluice-command.ts'
import { databaseUrl, openStage, type Stage } from '../support/stage.ts'

const secretsKey = randomBytes(32).toString('base64')
/** Nobody listens there: it needs root, and no service has it. */
const silentPort = 1

/** The names that the lines begin with. */
const named = ({ err }: Ended): readonly string[] =>
  err
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')

describe('wrong settings', () => {
  test('serve names everything that is missing at once', async () => {
    const ended = await sluice(['serve'], {})
    expect(ended).toMatchObject({ code: 2, out: '' })
    expect(named(ended)).toEqual(['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', '`sluice'])
    expect(ended.err).toContain('`sluice setup` makes a GitHub App')
  })

  test('work also needs the database and the key of its secrets', async () => {
    const ended = await sluice(['work'], {})
    expect(ended).toMatchObject({ code: 2, out: '' })
    const needed = ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'DATABASE_URL', 'SLUICE_SECRETS_KEY']
    expect(named(ended)).toEqual([...needed, '`sluice'])
  })

  test('every wrong one is named with what is missing, and no secret is shown', async () => {
    const env = {
      APP_ID: 'my-app',
      PRIVATE_KEY: 'hunter2-key',
      PORT: '70000',
      HOST: 'http://here',
      DATABASE_URL: 'mysql://sluice:hunter2-password@db/sluice',
      SLUICE_SECRETS_KEY: 'hunter2-short',
      SLUICE_CONCURRENCY: '0',
      LOG_LEVEL: 'loud\u001b[2J',
    }
    const ended = await sluice(['serve'], { env })
    expect(ended).toMatchObject({ code: 2, out: '' })
    expect(named(ended).toSorted()).toEqual([...Object.keys(env), 'WEBHOOK_SECRET'].toSorted())
    expect(ended.err).not.toContain('hunter2')
    expect(ended.err).not.toContain('\u001b')
  })
})

describe('what the operator must mend', () => {
  let stage: Stage
  let env: Readonly<Record<string, string>>
  beforeAll(async () => {
    stage = await openStage()
    const data = join(stage.directory, 'data')
    env = { ...appEnvironment(stage.gitHub, data), PORT: '0', SLUICE_SECRETS_KEY: secretsKey }
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  test('a port in use is one line that names the port', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const ended = await sluice(['serve'], { env: { ...env, PORT: port } })
    taken.close()
    expect(problemIn(ended)).toEqual(oneLine(port))
  })

  test.each(['serve', 'work', 'migrate'])(
    '%s: a database that does not answer is one line that names its place and not its password',
    async (command) => {
      const url = `postgres://sluice:hunter2@127.0.0.1:${silentPort}/sluice`
      const ended = await sluice([command], { env: { ...env, DATABASE_URL: url } })
      expect(problemIn(ended)).toEqual(oneLine(`127.0.0.1:${silentPort}/sluice`))
      expect(ended.err).not.toContain('hunter2')
    },
  )

  test('a host of the database that does not exist is one line', async () => {
    const url = 'postgres://sluice:hunter2@database.invalid/sluice'
    const ended = await sluice(['serve'], { env: { ...env, DATABASE_URL: url } })
    expect(problemIn(ended)).toEqual(oneLine('database.invalid'))
    expect(ended.err).not.toContain('hunter2')
  })

  describe('on a PostgreSQL of the system (skipped where none is installed)', () => {
    const bin = systemPostgres()
    let postgres: Postgres | null = null
    beforeAll(async () => {
      postgres = bin === null ? null : await startPostgres(bin)
    })
    afterAll(async () => postgres?.stop())

    for (const command of ['serve', 'work'])
      test(`${command}: a data directory that cannot be written is one line, wherever the database is`, async (context: TestContext) => {
        if (!postgres) context.skip('no PostgreSQL of the system is installed')
        const ended = await inClosedDirectory(command, {
          ...env,
          DATABASE_URL: databaseUrl(postgres),
        })
        if (!ended) context.skip(unreadable)
        expect(problemIn(ended.ended)).toEqual(oneLine(ended.directory))
        expect(ended.ended.err).toContain('SLUICE_DATA_DIR')
      })

    test.skipIf(bin === null)(
      'a database that a newer program has changed is one line that names the change',
      async () => {
        if (!postgres) return
        const withDatabase = { ...env, DATABASE_URL: databaseUrl(postgres) }
        expect(await sluice(['migrate'], { env: withDatabase })).toMatchObject({ code: 0, err: '' })
        const client = new Client(postgres.connection)
        await client.connect()
        await client.query(
          `insert into sluice_migration (name, timestamp) values ('9999-from-the-future', now())`,
        )
        await client.end()
        for (const command of ['serve', 'work', 'migrate'])
          expect(problemIn(await sluice([command], { env: withDatabase }))).toEqual(
            oneLine('9999-from-the-future'),
          )
      },
    )
  })

  test('a data directory that cannot be written is one line that names it', async (context: TestContext) => {
    const ended = await inClosedDirectory('serve', env)
    if (!ended) context.skip(unreadable)
    expect(problemIn(ended.ended)).toEqual(oneLine(ended.directory))
  })
})

const nobody = 65_534
const unreadable = 'the user nobody cannot read this checkout'

/** Root may write everywhere, so the command is somebody else's then; null where they cannot even run it. */
async function inClosedDirectory(command: string, env: Readonly<Record<string, string>>) {
  const home = await mkdtemp(join(tmpdir(), 'sluice-closed-'))
  const directory = join(home, 'data')
  await mkdir(directory)
  await chmod(home, 0o755)
  await chmod(directory, 0o555)
  const who = process.getuid?.() === 0 ? { uid: nobody } : {}
  const mayRun = await sluice(['--version'], { ...who, env: { HOME: home } })
  const ended = await sluice([command], {
    ...who,
    env: { ...env, HOME: home, SLUICE_DATA_DIR: directory },
  })
  await rm(home, { recursive: true })
  return mayRun.code === 0 ? { ended, directory } : null
}

/** What is shown beside the log, whose lines are objects. */
const problemIn = ({ code, out, err }: Ended) => ({
  code,
  out,
  lines: err.split('\n').filter((line) => line !== '' && !line.startsWith('{')),
})

/** Sluice itself, or something it needs, failed, and says so in one line without a stack. */
const oneLine = (words: string) => ({ code: 3, out: '', lines: [expect.stringContaining(words)] })
