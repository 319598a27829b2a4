import { randomBytes } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { markers } from '../support/markers.ts'
import { systemPostgres } from '../support/postgres.ts'
import { databaseUrl, jobLog, openStage, type Stage } from '../support/stage.ts'

type Calls = Awaited<ReturnType<typeof markers>>

const one = (command: string) => `version: 2.1
jobs:
  build:
    machine: true
    steps:
      - run:
          name: the step
          command: |
            ${command.replaceAll('\n', '\n            ')}
workflows:
  ci:
    jobs: [build]
`
const patience = { timeout: 40_000 }
const bin = systemPostgres()
/** Each step prints this much, a piece at a time, so that every instant is in the middle of it. */
const lines = 40
const slow = (calls: Calls, exit: number) => `${calls.shell('begin $SLUICE_ATTEMPT')}
for i in $(seq ${lines}); do echo "line $i of a text that must not get lost"; sleep 0.1; done
${calls.shell('end $SLUICE_ATTEMPT')}
exit ${exit}`
const wholeText = Array.from(
  { length: lines },
  (_, index) => `line ${index + 1} of a text that must not get lost\n`,
).join('')

let stage: Stage
let calls: Calls
beforeAll(async () => {
  calls = await markers()
})
afterAll(() => calls.close())

const seen = () => calls.seen.map(({ text }) => text)

/** Runs `play` on a stage of its own. */
const onStage = (play: () => Promise<void>) => async () => {
  stage = await openStage()
  calls.seen.length = 0
  try {
    await play()
    await stage.gitHub.settled()
    expect(stage.gitHub.violations).toEqual([])
  } finally {
    await stage[Symbol.asyncDispose]()
  }
}

test(
  'SIGTERM while a job runs: the server ends, the job goes on, the next start adopts it',
  onStage(async () => {
    const server = await stage.serve()
    const sha = await stage.push('term', one(slow(calls, 7)))
    await calls.wait('begin 1')
    await server.stop()
    expect(server.exitCode).toBe(0)
    expect(seen()).toEqual(['begin 1'])
    await calls.wait('end 1')
    await server.start()
    await expect.poll(() => stage.checks(sha), patience).toMatchObject({ 'ci / build': 'failure' })
    expect(stage.check(sha, 'ci / build').title).toContain('code 7')
    expect(await jobLog(server.url, stage.check(sha, 'ci / build'))).toContain(wholeText)
    expect(seen()).toEqual(['begin 1', 'end 1'])
  }),
  60_000,
)

describe.skipIf(bin === null)(
  'on a PostgreSQL of the system (skipped where none is installed)',
  () => {
    const settings = async () => ({
      DATABASE_URL: databaseUrl(await stage.postgres(bin ?? '')),
      SLUICE_SECRETS_KEY: randomBytes(32).toString('base64'),
    })

    test(
      'serve alone: a push becomes checks',
      onStage(async () => {
        const server = await stage.serve(await settings())
        const sha = await stage.push('alone', one('echo hello from the job'))
        const good = { 'ci / build': 'success', sluice: 'success' }
        await expect.poll(() => stage.checks(sha), patience).toEqual(good)
        expect(await jobLog(server.url, stage.check(sha, 'ci / build'))).toContain('hello from')
      }),
      60_000,
    )

    test(
      'serve --workers 0 runs nothing until there is a worker beside it',
      onStage(async () => {
        const shared = await settings()
        const server = await stage.serve(shared, '--workers', '0')
        const sha = await stage.push('beside', one('echo hello from the worker'))
        await expect
          .poll(() => stage.checks(sha), patience)
          .toMatchObject({ 'ci / build': 'queued' })
        await stage.work(shared)
        const good = { 'ci / build': 'success', sluice: 'success' }
        await expect.poll(() => stage.checks(sha), patience).toEqual(good)
        expect(await jobLog(server.url, stage.check(sha, 'ci / build'))).toContain('hello from')
      }),
      60_000,
    )

    test(
      'kill -9 of a worker in a step, then a restart: every byte and the exit code arrive',
      onStage(async () => {
        const shared = await settings()
        const server = await stage.serve(shared, '--workers', '0')
        const worker = await stage.work(shared)
        const sha = await stage.push('killed', one(slow(calls, 7)))
        await calls.wait('begin 1')
        await worker.kill()
        await worker.start()
        await expect.poll(() => stage.checks(sha)['ci / build'], patience).toBe('failure')
        expect(stage.check(sha, 'ci / build').title).toContain('code 7')
        const log = await jobLog(server.url, stage.check(sha, 'ci / build'))
        expect(log.slice(log.indexOf('line 1'))).toBe(wholeText)
        expect(seen()).toEqual(['begin 1', 'end 1'])
      }),
      60_000,
    )

    test(
      'kill -9 of a worker that does not come back: the check tells the loss, another one runs the job again',
      onStage(async () => {
        const shared = await settings()
        await stage.serve(shared, '--workers', '0')
        const worker = await stage.work(shared)
        const gate = await openGate()
        const sha = await stage.push('lost', one(gate.shell))
        await expect.poll(() => gate.open(), patience).toEqual([true])
        await stage.work(shared)
        await worker.kill()
        await expect
          .poll(() => stage.check(sha, 'ci / build').summary, { timeout: 30_000 })
          .toMatch(/Lost and run again: worker .* did not renew its lease/)
        const good = { 'ci / build': 'success', sluice: 'success' }
        await expect.poll(() => stage.checks(sha), patience).toEqual(good)
        // What the lost run had started does not go on beside the second.
        await expect.poll(() => gate.open(), patience).toEqual([false, false])
        gate.close()
      }),
      90_000,
    )
  },
)

/** Where each run of a job waits for a word: the first for ever, later ones not at all. */
async function openGate() {
  const runs: Socket[] = []
  const server = createServer((socket) => {
    runs.push(socket.resume().on('error', () => undefined))
    if (runs.length > 1) socket.end('go\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    shell: `exec 3<>/dev/tcp/127.0.0.1/${port}; read -r word <&3; echo "told to $word"`,
    /** For each run whether it still waits. */
    open: () => runs.map((socket) => !socket.destroyed),
    close: () => server.close(),
  }
}
