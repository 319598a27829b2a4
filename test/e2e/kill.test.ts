import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { type StandIn, startStandIn } from '../../src/demo/stand-in/stand-in.ts'
import { WorkingCopy } from '../../src/demo/working-copy.ts'
import { markers } from '../support/markers.ts'
import { ServerProcess } from '../support/server-process.ts'
import { openStage } from '../support/stage.ts'
import { checksOf } from '../support/system.ts'

type Calls = Awaited<ReturnType<typeof markers>>

const job = (name: string, calls: Calls, more = '') => `  ${name}:
    machine: true
    steps:
      - run: ${calls.shell(`${name} $SLUICE_ATTEMPT first`)}; sleep 0.3
      - run: ${calls.shell(`${name} $SLUICE_ATTEMPT second`)}${more}
`

/** The shape of the demo: a chain with a job that fails the first time and an approval. */
const config = (calls: Calls) => `version: 2.1
jobs:
${job('build', calls)}${job('lint', calls)}${job('flaky', calls, '; test $SLUICE_ATTEMPT -gt 1')}${job('deploy', calls)}
workflows:
  ci:
    jobs:
      - build
      - lint
      - flaky:
          requires: [build]
      - hold:
          type: approval
          requires: [flaky, lint]
      - deploy:
          requires: [hold]
`

const everyJobOnce = [
  'build 1 first',
  'build 1 second',
  'deploy 1 first',
  'deploy 1 second',
  'flaky 1 first',
  'flaky 1 second',
  'flaky 2 first',
  'flaky 2 second',
  'lint 1 first',
  'lint 1 second',
]

const allGood = {
  'ci / build': 'success',
  'ci / lint': 'success',
  'ci / flaky': 'success',
  'ci / hold': 'success',
  'ci / deploy': 'success',
  sluice: 'success',
}

interface Stage {
  readonly gitHub: StandIn
  readonly calls: Calls
  readonly sha: string
}

interface Instant {
  /** What must be arranged before the push. */
  readonly prepare?: (gitHub: StandIn) => void
  /** True once the instant has come. */
  readonly reached: (stage: Stage) => boolean
}

const lost = (op: string, skip = 0): Instant => ({
  prepare: (gitHub) => gitHub.faults.push({ op, status: 'drop', skip }),
  reached: ({ gitHub }) => gitHub.requests.some((one) => one.op === op && one.status === 0),
})
const called = (text: string): Instant => ({
  reached: ({ calls }) => calls.seen.some((marker) => marker.text === text),
})
const delivered = (event: string, action: string | null): Instant => ({
  reached: ({ gitHub }) =>
    gitHub.deliveries.some(
      (one) => one.event === event && one.action === action && one.status === 'OK',
    ),
})

const instants: Readonly<Record<string, Instant>> = {
  'the push was answered': delivered('push', null),
  'the config was asked for': lost('repos/get-content'),
  'the sluice check was created and the answer lost': lost('checks/create'),
  'a job check was created and the answer lost': lost('checks/create', 3),
  'the first step of a job runs': called('build 1 first'),
  'the last step of a job runs': called('build 1 second'),
  'a conclusion was sent and the answer lost': lost('checks/update', 2),
  'the failing job runs': called('flaky 1 second'),
  'a button was answered': delivered('check_run', 'requested_action'),
  'GitHub was asked about a person and the answer lost': lost(
    'repos/get-collaborator-permission-level',
  ),
  'the approval is shown': {
    reached: ({ gitHub, sha }) => checksOf(gitHub, sha)['ci / hold'] === 'action_required',
  },
  'the last job runs': called('deploy 1 first'),
}

/** Presses what a person would: everything that can be approved, and re-run from failed once. */
async function playPeople({ gitHub, sha }: Stage, pressed: Set<number>): Promise<void> {
  for (const run of gitHub.latestRuns(sha)) {
    const button =
      (run.conclusion === 'action_required' && 'approve') ||
      (run.name === 'ci / flaky' && run.conclusion === 'failure' && 'rerun-failed')
    if (!button || pressed.has(run.id)) continue
    pressed.add(run.id)
    await gitHub.ui.clickAction(run.id, button, 'ann')
  }
}

/** Its first run waits for ever; the second knows that there was one. */
const onceMore = (calls: Calls) => `version: 2.1
jobs:
  slow:
    machine: true
    steps:
      - restore_cache: { key: been-here }
      - run: if [ -e ~/mark ]; then ${calls.shell('second run')}; exit 4; fi; touch ~/mark
      - save_cache: { key: been-here, paths: [~/mark] }
      - run: setsid sleep 600 & ${calls.shell('first run')}; sleep 600
workflows:
  ci:
    jobs: [slow]
`

/** Processes that have to do with what is below the directory, and all that descend from them. */
async function processesOf(directory: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const read = (pid: number, file: string) =>
    readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const all = await Promise.all(
    pids.map(async (pid) => {
      const [stat, command, environment] = await Promise.all([
        read(pid, 'stat'),
        read(pid, 'cmdline'),
        read(pid, 'environ'),
      ])
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return {
        pid,
        state,
        parent: Number(parent),
        names: `${command}${environment}`.includes(directory),
      }
    }),
  )
  const living = all.filter(({ state }) => state !== undefined && !'ZX'.includes(state))
  const found = new Set(living.filter(({ names }) => names).map(({ pid }) => pid))
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const { pid, parent } of living) if (found.has(parent)) found.add(pid)
  }
  return [...found]
}

async function killAll(directory: string): Promise<void> {
  for (
    let left = await processesOf(directory);
    left.length > 0;
    left = await processesOf(directory)
  ) {
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        expect(String(error)).toContain('ESRCH')
      }
    }
  }
}

test('killed with the whole process tree, the job was lost, says why, runs once more, and no process remains', async () => {
  await using stage = await openStage()
  const calls = await markers()
  const server = await stage.serve()
  const sha = await stage.push('all-killed', onceMore(calls))
  await calls.wait('first run')
  const data = join(stage.directory, 'data')
  // The server, its PostgreSQL, what holds the environment, the runner, the step and its children.
  expect((await processesOf(data)).length).toBeGreaterThan(5)
  await killAll(data)
  await server.start()
  await expect.poll(() => stage.checks(sha)['ci / slow'], { timeout: 60_000 }).toBe('failure')
  const { title, summary, text } = stage.check(sha, 'ci / slow')
  const said = `${title}\n${summary}\n${text}`
  expect(said).toContain('exited with code 4')
  const cause = 'its environment was gone when the worker came back'
  expect(said.split(`Lost and run again: ${cause}.`)).toHaveLength(2)
  expect(calls.seen.map((marker) => marker.text)).toEqual(['first run', 'second run'])
  await server.stop()
  await expect.poll(() => processesOf(data), { timeout: 20_000 }).toEqual([])
  await calls.close()
  await stage.gitHub.settled()
  expect(stage.gitHub.violations).toEqual([])
}, 120_000)

test.concurrent.each(Object.entries(instants))(
  'killed when %s, the run ends as if nothing had happened and no job ran twice',
  async (_name, instant) => {
    await using stack = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'sluice-kill-'))
    stack.defer(() => rm(directory, { recursive: true, force: true }))
    const calls = await markers()
    stack.defer(() => calls.close())
    const gitHub = await startStandIn({ directory: join(directory, 'github') })
    stack.defer(() => gitHub.close())
    const ann = gitHub.addPerson({ login: 'ann', role: 'admin' })
    await gitHub.createRepository({ owner: 'acme', name: 'shop' })
    const server = new ServerProcess(gitHub, join(directory, 'data'))
    stack.defer(() => server.stop())
    await server.start()
    gitHub.setWebhookUrl(`${server.url}/api/github/webhooks`)
    const copy = await WorkingCopy.make(gitHub.remote('acme/shop', ann))
    stack.defer(() => copy.remove())
    const sha = await copy.commit({ '.circleci/config.yml': config(calls) })
    instant.prepare?.(gitHub)
    await copy.push('HEAD:main')

    const stage = { gitHub, calls, sha }
    const pressed = new Set<number>()
    let killed = false
    const step = async () => {
      if (!killed && instant.reached(stage)) {
        killed = true
        await server.kill()
        await server.start()
      }
      await playPeople(stage, pressed)
      return checksOf(gitHub, sha)
    }
    const deadline = Date.now() + 60_000
    while (!isDeepStrictEqual(await step(), allGood) && Date.now() < deadline) await sleep(10)
    expect(checksOf(gitHub, sha), server.output.slice(-3000)).toEqual(allGood)
    expect(killed).toBe(true)
    expect(calls.seen.map((marker) => marker.text).toSorted()).toEqual(everyJobOnce)
    await gitHub.settled()
    expect(gitHub.violations).toEqual([])
  },
  120_000,
)
