import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeExecutor } from '../../src/executors/fake.ts'
import type { Step } from '../../src/model/step.ts'
import { localIn } from '../support/executors.ts'
import {
  persistStep,
  type Queued,
  runStep,
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

const builtIn = { name: 'x', when: 'always', where: runStep('').where } as const

const statuses = async (queued: Queued) => (await queued.steps()).map((step) => step.state.status)

async function done(steps: readonly Step[]) {
  const queued = await place.queue(steps)
  return { queued, outcome: await queued.outcome() }
}

test.each(['circleci', 'circleci-agent'])(
  '%s is there under that name in every job',
  async (name) => {
    const { queued, outcome } = await done([
      runStep(
        `${name} --version --short; env -i /bin/sh "$(command -v ${name})" --version --short`,
      ),
      runStep(
        `touch b.ts a.ts; ${name} tests glob "*.{ts,js}" | ${name} tests split --index=1 --total=2`,
      ),
      runStep(`echo 'export A=added' >> "$BASH_ENV"`),
      runStep(`${name} env subst 'is $A'`),
    ])
    expect(outcome).toEqual({ kind: 'success' })
    expect(await queued.log(1)).toMatch(/^(\d+\.\d+\.\d+\n)\1$/)
    expect([await queued.log(2), await queued.log(4)]).toEqual(['b.ts\n', 'is added\n'])
  },
)

test('the command line tool of an image goes before ours', async () => {
  const { queued } = await done([
    runStep(
      'mkdir ~/bin; printf "#!/bin/sh\\necho tool" > ~/bin/circleci; chmod +x ~/bin/circleci',
    ),
    runStep('PATH=~/bin:$PATH; circleci; circleci-agent --version'),
  ])
  expect(await queued.log(2)).toMatch(/^tool\n\d.* \(Sluice\)\n$/)
})

test.each(['circleci step halt', 'circleci-agent step halt', 'circleci task halt'])(
  '%s: the step goes on to its end, the rest is skipped, and the job succeeds',
  async (command) => {
    const { queued, outcome } = await done([
      runStep(`${command}; echo still here`),
      runStep('echo never', { when: 'always' }),
      { ...builtIn, type: 'store_artifacts', path: '.', destination: null },
      { ...builtIn, type: 'store_test_results', path: '.' },
      persistStep('.', '*'),
    ])
    expect(outcome).toEqual({ kind: 'success' })
    expect(await queued.log(1)).toMatch(/^The job ends after this step.*\nstill here\n$/)
    const skipped = ['skipped', 'skipped', 'skipped', 'skipped']
    expect(await statuses(queued)).toEqual(['success', 'success', ...skipped])
  },
)

test('a halt in a job that failed before leaves it failed', async () => {
  const { queued, outcome } = await done([
    runStep('exit 3'),
    runStep('circleci-agent step halt', { when: 'always' }),
    runStep('echo never', { when: 'always' }),
  ])
  expect(outcome).toMatchObject({ kind: 'failed', exitCode: 3 })
  expect(await statuses(queued)).toEqual(['success', 'failed', 'success', 'skipped'])
})

test('a halt in a step that fails afterwards fails the job', async () => {
  const { outcome } = await done([runStep('circleci step halt; exit 4'), runStep('true')])
  expect(outcome).toMatchObject({ kind: 'failed', exitCode: 4 })
})

test('a halt in the background ends the job after the step that is under way', async () => {
  const { queued, outcome } = await done([
    runStep('until [ -e go ]; do sleep 0.02; done; circleci step halt; touch halted', {
      background: true,
    }),
    runStep('echo first'),
    runStep('touch go; until [ -e halted ]; do sleep 0.02; done'),
    runStep('echo never'),
  ])
  expect(outcome).toEqual({ kind: 'success' })
  expect((await statuses(queued)).slice(2)).toEqual(['success', 'success', 'skipped'])
})

test('each task of a parallel job halts for itself', async () => {
  const halts = runStep('[ "$CIRCLE_NODE_INDEX" = 0 ] || circleci step halt')
  const run = await place.graph({ build: '' }, { build: [halts, runStep('echo on')] })
  const tasks = await place.queueJob(run, 'build', 2)
  await Promise.all(tasks.map((task) => task.outcome()))
  expect(await Promise.all(tasks.map(statuses))).toEqual([
    ['success', 'success', 'success'],
    ['success', 'success', 'skipped'],
  ])
})

test('a halt is found by the process that takes the job up after a restart', async () => {
  const restarted = await workplace()
  const first = await restarted.start()
  const queued = await restarted.queue([
    runStep('circleci step halt; echo halted; sleep 0.3'),
    runStep('echo never'),
  ])
  await untilLogged(queued, 1, 'halted')
  await first.stop()
  await restarted.start()
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect(await statuses(queued)).toEqual(['success', 'success', 'skipped'])
  await restarted.close()
})

test('tests are split by the times that they took in earlier runs of the job', async () => {
  const script = 'echo a.js b.js c.js d.js | circleci tests split --split-by=timings'
  const run = await place.graph({ timed: '' }, { timed: [runStep(script)] })
  const testcases = Object.entries({ 'a.js': 1, 'b.js': 2, 'c.js': 4, 'd.js': 8 })
    .map(([file, time]) => `<testcase name="t" classname="c" file="${file}" time="${time}"/>`)
    .join('')
  const earlier = await place.graph(
    { timed: '' },
    {
      timed: [
        runStep(`echo '<testsuite>${testcases}</testsuite>' > results.xml`),
        { ...builtIn, type: 'store_test_results', path: 'results.xml' },
      ],
    },
  )
  const [first] = await place.queueJob(earlier, 'timed')
  expect(await first?.outcome()).toEqual({ kind: 'success' })
  const tasks = await place.queueJob(run, 'timed', 2)
  await Promise.all(tasks.map((task) => task.outcome()))
  const logs = await Promise.all(tasks.map((task) => task.log(1)))
  expect(logs).toEqual(['d.js\n', 'a.js\nb.js\nc.js\n'])
})

test('the first steps tell where the job runs and which variables it has', async () => {
  const queued = await place.queue([runStep('true')], {
    environment: { PLAIN: 'seen', MULTI: 'two\nlines', ESCAPE: '\u001b[2J' },
  })
  await queued.outcome()
  const stored = await place.database.store.steps.of(queued.taskId)
  expect(stored.map(({ index, name, state }) => [index, name, state.status])).toEqual([
    [0, 'Spin up environment', 'success'],
    [1, 'Preparing environment variables', 'success'],
    [2, 'true', 'success'],
  ])
  const spinUp = await queued.log(0)
  expect(spinUp).toMatch(/^Executor: local; isolation: \w+$/m)
  expect(spinUp).toContain('Worker: test worker\n')
  const told = await queued.variables()
  expect(told).toContain('Built in:\n  CI=true\n')
  expect(told).toContain(
    'Of the job:\n  PLAIN=seen\n  MULTI="two\\nlines"\n  ESCAPE="\\u001b[2J"\n',
  )
})

test('a restart tells the first steps once', async () => {
  const restarted = await workplace()
  const first = await restarted.start()
  const queued = await restarted.queue([runStep('echo up; sleep 0.3')])
  await untilLogged(queued, 1, 'up')
  const told = [await queued.log(0), await queued.variables()]
  await first.stop()
  await restarted.start()
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect([await queued.log(0), await queued.variables()]).toEqual(told)
  expect(told.join('')).toContain('CIRCLE_JOB=build')
  await restarted.close()
})

test('where the executor does not furnish its environments the command is put there, as are the times of tests', async () => {
  const local = await localIn()
  const bare = await workplace({ executor: local.executor })
  await bare.start()
  const queued = await bare.queue([
    runStep(
      'circleci --version; cat "$CIRCLE_INTERNAL_TASK_DATA/circle-test-results/results.json"',
    ),
  ])
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect(await queued.log(1)).toMatch(/^\d.* \(Sluice\)\n\{"tests":\[\n\n\]\}\n$/)
  await bare.close()
  await local.close()
})

test('where the command cannot be put, the job is told and goes on', async () => {
  const fake = fakeExecutor()
  const executor = {
    ...fake,
    prepare: async (...args: Parameters<typeof fake.prepare>) => {
      const handle = await fake.prepare(...args)
      const putTar = () => Promise.reject(new Error('no tar here'))
      return { ...handle, putTar }
    },
  }
  const poor = await workplace({ executor })
  await poor.start()
  const queued = await poor.queue([runStep('print on')])
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect(await queued.variables()).toContain('circleci could not be put into the environment')
  await poor.close()
})
