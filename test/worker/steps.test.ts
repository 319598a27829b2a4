import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeExecutor } from '../../src/executors/fake.ts'
import type { Step } from '../../src/model/step.ts'
import {
  type JobChange,
  type Queued,
  runStep,
  stepNumber,
  untilLogged,
  type Workplace,
  workplace,
} from '../support/workplace.ts'

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  await place.start()
})
afterAll(() => place.close())

async function done(steps: readonly Step[], change: JobChange = {}) {
  const queued = await place.queue(steps, change)
  return { queued, outcome: await queued.outcome() }
}

const statuses = async (queued: Queued) => (await queued.steps()).map((step) => step.state.status)

test('a job whose steps all succeed succeeds, and everything is on record', async () => {
  const { queued, outcome } = await done([runStep('echo one'), runStep('echo two')])
  expect(outcome).toEqual({ kind: 'success' })
  const stored = await place.database.store.steps.of(queued.taskId)
  expect(stored.map((step) => [step.index, step.name, step.state.status])).toEqual([
    [0, 'Spin up environment', 'success'],
    [1, 'Preparing environment variables', 'success'],
    [2, 'echo one', 'success'],
    [3, 'echo two', 'success'],
  ])
  expect([await queued.log(1), await queued.log(2)]).toEqual(['one\n', 'two\n'])
})

test('the first failure decides, and what runs afterwards is what asked for it', async () => {
  const { queued, outcome } = await done([
    runStep('exit 3', { name: 'npm test' }),
    runStep('echo skipped'),
    runStep('echo on fail', { when: 'on_fail' }),
    runStep('echo always; exit 4', { when: 'always' }),
  ])
  expect(outcome).toEqual({
    kind: 'failed',
    because: '"npm test" exited with code 3',
    step: 'npm test',
    exitCode: 3,
  })
  expect(await statuses(queued)).toEqual(['success', 'failed', 'skipped', 'success', 'failed'])
})

test('a step for failures is skipped in a job without one; one for always can make it fail', async () => {
  const { queued, outcome } = await done([
    runStep('echo fine'),
    runStep('echo never', { when: 'on_fail' }),
    runStep('exit 1', { when: 'always' }),
  ])
  expect(outcome).toMatchObject({ kind: 'failed', exitCode: 1 })
  expect(await statuses(queued)).toEqual(['success', 'success', 'skipped', 'failed'])
})

test('variables of the step go before the job’s, the job’s before the built-in ones', async () => {
  const script = 'echo "$A $B $C $CI $CIRCLE_JOB $CIRCLE_BRANCH ${CIRCLE_TAG-none}"'
  const { queued } = await done([runStep(script, { environment: { A: 'step' } })], {
    runsIn: {
      kind: 'docker',
      images: [
        {
          image: 'node:22',
          name: null,
          entrypoint: null,
          command: null,
          user: null,
          environment: { A: 'image', B: 'image', C: 'image' },
          auth: null,
        },
      ],
    },
    environment: { A: 'job', B: 'job', CIRCLE_JOB: 'mine' },
  })
  expect(await queued.log(1)).toBe('step job image true mine main none\n')
})

test('steps share files and BASH_ENV, but no shell', async () => {
  const { queued, outcome } = await done([
    runStep('touch here; cd /; VALUE=lost; echo "export KEPT=kept" >> "$BASH_ENV"'),
    runStep('ls; echo "$KEPT ${VALUE-gone}"; pwd'),
  ])
  expect(outcome.kind).toBe('success')
  expect(await queued.log(2)).toMatch(/^here\nkept gone\n.*\/project\n$/)
})

test('a step runs in the directory and the shell that it names', async () => {
  const { queued } = await done(
    [
      runStep('mkdir -p inner'),
      runStep('pwd; echo "$0"', { workingDirectory: 'inner' }),
      runStep('false; echo "sh goes on"', { shell: '/bin/sh' }),
    ],
    { workingDirectory: '/tmp/deep/project' },
  )
  expect(await queued.log(2)).toMatch(/^\/tmp\/deep\/project\/inner\n/)
  expect(await queued.log(3)).toBe('sh goes on\n')
})

test('a silent step is stopped with all its children, and says how long it was silent', async () => {
  const { queued, outcome } = await done([
    runStep('echo up; (sleep 300 &); sleep 300', { name: 'wait', noOutputTimeoutMs: 300 }),
    runStep('echo afterwards', { when: 'always' }),
  ])
  const message = 'Too long with no output (exceeded 300ms)'
  expect(outcome).toEqual({
    kind: 'failed',
    because: `"wait": ${message}`,
    step: 'wait',
    exitCode: null,
  })
  expect((await queued.steps())[1]?.state).toMatchObject({ status: 'failed', message })
  expect(await queued.log(2)).toBe('afterwards\n')
})

test('a step that speaks is not silent, however long it takes', async () => {
  const { outcome } = await done([
    runStep('for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.25; done', { noOutputTimeoutMs: 1500 }),
  ])
  expect(outcome.kind).toBe('success')
})

test('a step in the background is not waited for and ends with the job', async () => {
  const { queued, outcome } = await done([
    runStep('echo serving; sleep 300', { background: true }),
    runStep('exit 9', { name: 'broken', background: true }),
    runStep('echo meanwhile; sleep 0.5'),
  ])
  expect(outcome).toEqual({ kind: 'success' })
  expect(await queued.log(1)).toBe('serving\n')
  const states = (await queued.steps()).map((step) => step.state)
  expect(states[1]).toMatchObject({ status: 'success', message: 'Stopped at the end of the job' })
  expect(states[2]).toMatchObject({ status: 'failed', exitCode: 9 })
})

test('a command that is missing names the image that was not used', async () => {
  const image = { image: 'node:22', name: null, entrypoint: null, command: null, user: null }
  const { queued, outcome } = await done([runStep('no-such-command')], {
    runsIn: { kind: 'docker', images: [{ ...image, environment: {}, auth: null }] },
  })
  expect(outcome).toMatchObject({ kind: 'failed', exitCode: 127 })
  expect(outcome).toHaveProperty('because', expect.stringContaining('image node:22'))
  expect(await queued.log(0)).toContain('image node:22 is not used: the local executor runs steps')
})

test('output is stored byte for byte', async () => {
  const { queued } = await done([runStep('head -c 300000 /dev/zero | tr "\\0" "\\377"')])
  const key = { taskId: queued.taskId, step: stepNumber(1) }
  expect(await place.database.store.logs.size(key)).toBe(300_000)
  const bytes = await place.database.store.logs.read(key, 299_000, 2000)
  expect([bytes.length, new Set(bytes)]).toEqual([1000, new Set([255])])
})

test('tasks run at the same time, as many as there are slots', async () => {
  const small = await workplace({ concurrency: 2 })
  const worker = await small.start()
  const waiting = [runStep('echo up; sleep 300')]
  const [one, two, three] = [
    await small.queue(waiting),
    await small.queue(waiting),
    await small.queue(waiting),
  ]
  await Promise.all([untilLogged(one, 1, 'up'), untilLogged(two, 1, 'up')])
  expect(worker.running()).toBe(2)
  expect(await three.steps()).toEqual([])
  await one.cancel()
  await untilLogged(three, 1, 'up')
  await Promise.all([two.cancel(), three.cancel()])
  await Promise.all([one.outcome(), two.outcome(), three.outcome()])
  await small.close()
})

test('a job may not run longer than its limit, and then nothing more of it runs', async () => {
  const limited = await workplace({ limits: { jobMs: 500, graceMs: 100 } })
  await limited.start()
  const queued = await limited.queue([
    runStep('trap "" TERM; while true; do echo still; sleep 0.05; done', { name: 'endless' }),
    runStep('echo never', { when: 'always' }),
  ])
  expect(await queued.outcome()).toEqual({
    kind: 'failed',
    because: 'the job ran longer than 500ms, at "endless"',
    step: 'endless',
    exitCode: null,
  })
  expect(await statuses(queued)).toEqual(['success', 'canceled', 'skipped'])
  await limited.close()
})

test('a step that floods is stopped, and what was kept has the size of the limit', async () => {
  const limited = await workplace({ limits: { outputBytes: 100_000 } })
  await limited.start()
  const queued = await limited.queue([runStep('yes', { name: 'flood' })])
  expect(await queued.outcome()).toMatchObject({
    kind: 'failed',
    because: expect.stringContaining('"flood": Too much output'),
  })
  const key = { taskId: queued.taskId, step: stepNumber(1) }
  expect(await limited.database.store.logs.size(key)).toBe(100_000)
  await limited.close()
})

test('a failing infrastructure loses the job and never fails it', async () => {
  const fake = await workplace({ executor: fakeExecutor() })
  await fake.start()
  const lost = await fake.queue([
    runStep('lost the machine burnt'),
    runStep('print x', { when: 'always' }),
  ])
  const unstarted = await fake.queue([runStep('fail-to-start')])
  expect(await lost.outcome()).toEqual({ kind: 'lost', because: 'the machine burnt' })
  expect(await statuses(lost)).toEqual(['success', 'canceled', 'skipped'])
  expect(await unstarted.outcome()).toMatchObject({ kind: 'lost' })
  await fake.close()
})

test('a step that fails is tried again as often as it says, each time as a new process', async () => {
  const script = 'echo "try $((++n))"; echo x >> ~/tries; test $(wc -l < ~/tries) -eq 3'
  const { queued, outcome } = await done([
    runStep(script, { maxAutoReruns: 3, autoRerunDelayMs: 10 }),
    runStep('cat ~/tries'),
  ])
  expect(outcome).toEqual({ kind: 'success' })
  expect(await queued.log(1)).toBe(
    'try 1\nExited with code 1: attempt 2 of 4 in 10ms\ntry 1\nExited with code 1: attempt 3 of 4 in 10ms\ntry 1\n',
  )
  expect(await queued.log(2)).toBe('x\nx\nx\n')
})

test('a step that fails every time fails as its last try did', async () => {
  const script = 'echo x >> ~/tries; exit $(wc -l < ~/tries)'
  const { outcome } = await done([runStep(script, { name: 'flaky', maxAutoReruns: 2 })])
  expect(outcome).toMatchObject({ kind: 'failed', step: 'flaky', exitCode: 3 })
})

test('a cancel ends the wait for the next try', async () => {
  const step = runStep('exit 1', { maxAutoReruns: 1, autoRerunDelayMs: 3_600_000 })
  const queued = await place.queue([step])
  await untilLogged(queued, 1, 'attempt 2 of 2 in 1h')
  await queued.cancel()
  expect((await queued.outcome()).kind).toBe('canceled')
})

test('what a job would miss later fails at once, and says why', async () => {
  const why = {
    setup_remote_docker: 'comes with the docker executor only',
    install_signing_bundle: 'is not supported',
  }
  const frame = { name: 'x', when: 'on_success', where: runStep('').where } as const
  const steps = [
    { ...frame, type: 'setup_remote_docker', version: null, dockerLayerCaching: false },
    { ...frame, type: 'install_signing_bundle' },
  ] as const
  for (const step of steps) {
    const { outcome } = await done([step])
    expect(outcome).toMatchObject({ kind: 'failed', exitCode: null })
    expect(outcome).toHaveProperty('because', expect.stringContaining(why[step.type]))
  }
})

test('a job for macOS is refused with the reason, and is no case of a lost machine', async () => {
  const { queued, outcome } = await done([runStep('echo never')], {
    runsIn: { kind: 'macos', xcode: '16.1' },
  })
  expect(outcome).toMatchObject({ kind: 'failed', step: 'Spin up environment', exitCode: null })
  expect(outcome).toHaveProperty('because', expect.stringContaining('macOS (xcode 16.1)'))
  expect(await statuses(queued)).toEqual(['failed', 'skipped'])
})

test('of several tasks only the first runs a deploy step', async () => {
  const run = await place.graph(
    { deploy: '' },
    { deploy: [runStep('echo out', { firstTaskOnly: true })] },
  )
  const tasks = await place.queueJob(run, 'deploy', 2)
  const outcomes = await Promise.all(tasks.map((task) => task.outcome()))
  expect(outcomes.map(({ kind }) => kind)).toEqual(['success', 'success'])
  const [first, second] = await Promise.all(tasks.map((task) => task.log(1)))
  expect(first).toBe('out\n')
  expect(second).toContain('only the first of the 2 tasks')
})
