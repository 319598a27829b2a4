import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { StandIn } from '../../src/demo/stand-in/stand-in.ts'
import { folder, formOn, gitHub, open, press } from '../setup/support.ts'
import { main } from '../support/server-process.ts'

interface Place {
  /** Where it is started, and `.env` is. */
  readonly path: string
  readonly env: Readonly<Record<string, string>>
}

async function place(
  { host }: StandIn,
  env: Readonly<Record<string, string>> = {},
): Promise<Place> {
  const path = await folder()
  const own = { PATH: process.env['PATH'] ?? '', HOME: path, SLUICE_EXECUTOR: 'fake' }
  return { path, env: { ...own, GHE_HOST: host, GHE_PROTOCOL: 'http', ...env } }
}

function start({ path, env }: Place, words: readonly string[]) {
  const child = spawn(process.execPath, [main, ...words], { cwd: path, env })
  onTestFinished(async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
  })
  return child
}

async function run(at: Place, words: readonly string[]) {
  const child = start(at, words)
  const ended = once(child, 'exit')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  await ended
  return { code: child.exitCode, out, err }
}

/** The first match in what it writes. */
async function said(child: ChildProcess, wanted: RegExp): Promise<string> {
  let heard = ''
  for await (const bytes of child.stdout ?? []) {
    heard += String(bytes)
    const found = wanted.exec(heard)
    if (found) return found[0]
  }
  throw new Error(`it ended without saying ${wanted}: ${heard}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** As a person does who opens the address that `sluice setup` prints, and presses the two buttons. */
async function makeApp(address: string): Promise<void> {
  const first = await open(address)
  const confirm = await press(address, first.html)
  const back = await press(formOn(first.html).action, await confirm.text())
  expect((await open(back.headers.get('location') ?? '')).status).toBe(200)
}

test('setup makes an App with which serve starts and doctor is content', async () => {
  const standIn = await gitHub()
  const port = await freePort()
  const at = await place(standIn, { PORT: String(port), HOST: '127.0.0.1' })
  const setup = start(at, ['setup', '--url', `http://127.0.0.1:${port}`])
  const ended = once(setup, 'exit')
  await makeApp(await said(setup, /http:\S+\?token=[\w-]+/))
  await ended
  expect(setup.exitCode).toBe(0)

  await standIn.settled()
  const server = start(at, ['serve'])
  await said(server, /sluice listening on \S+/)
  await standIn.ping()
  const examined = await run(at, ['doctor'])
  expect(examined).toMatchObject({ code: 0, err: '' })
  expect(examined.out).toMatch(/^ok +deliveries +GitHub reaches Sluice: ping arrived/m)
  expect(examined.out).toMatch(/^ok +database +the embedded PostgreSQL \d+\S* answers/m)
  expect(examined.out).toContain('problems: 0, warnings: ')
  server.kill('SIGTERM')
  await once(server, 'exit')

  const json = await run(at, ['doctor', '--json'])
  const findings = json.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(findings.length).toBeGreaterThan(10)
  for (const finding of findings)
    expect(Object.keys(finding)).toEqual(['check', 'verdict', 'message', 'action'])
  const secrets = Object.entries(parseEnv(await readFile(join(at.path, '.env'), 'utf8')))
    .filter(([name]) => /SECRET|KEY/.test(name))
    .map(([, value]) => value)
  expect(secrets).toHaveLength(4)
  for (const secret of secrets) expect(json.out + examined.out).not.toContain(secret)
  expect(standIn.violations).toEqual([])
})

test('setup needs to know where GitHub will reach Sluice', async () => {
  const at = await place(await gitHub())
  const { code, err } = await run(at, ['setup'])
  expect(code).toBe(2)
  expect(err).toContain('SLUICE_PUBLIC_URL is missing')
  expect(err).toContain('--url')
})

test('setup refuses an address at which github.com cannot deliver', async () => {
  const at = await place(await gitHub(), { GHE_HOST: '', GHE_PROTOCOL: '' })
  const { code, err } = await run(at, ['setup', '--url', 'http://localhost:3000'])
  expect(code).toBe(2)
  expect(err).toContain('leads to this machine only')
})

test('setup that would overwrite something ends with 1, setup that cannot listen with 3', async () => {
  const standIn = await gitHub()
  const at = await place(standIn)
  const words = ['setup', '--url', 'https://ci.example.com']
  const taken = await run(at, [...words, '--listen', standIn.host])
  expect(taken).toMatchObject({ code: 3, err: expect.stringContaining('cannot listen on') })
  await writeFile(join(at.path, '.env'), 'APP_ID=1\n')
  const refused = await run(at, words)
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('already has APP_ID') })
})

test('doctor without settings says what is missing, and examines the rest', async () => {
  const at = await place(await gitHub(), {
    PORT: 'x',
    DATABASE_URL: 'postgres://u:hunter22@127.0.0.1:1/x',
  })
  await mkdir(join(at.path, 'data'))
  const { code, out, err } = await run(at, ['doctor'])
  expect({ code, err }).toEqual({ code: 1, err: '' })
  for (const line of [
    /^problem +settings +APP_ID is missing/m,
    /^problem +settings +PORT is "x"/m,
    /^problem +database +cannot reach the database 127\.0\.0\.1:1\/x/m,
    /^unknown +app /m,
    /^ok +data-directory /m,
    /^warning +executor +no step really runs/m,
    /^ok +git +git version/m,
  ])
    expect(out).toMatch(line)
  expect(out).not.toContain('hunter22')
})

test('doctor makes nothing where nothing is', async () => {
  const at = await place(await gitHub(), { SLUICE_EXECUTOR: 'local' })
  await run(at, ['doctor'])
  await expect(readFile(join(at.path, 'data'))).rejects.toThrow('ENOENT')
})
