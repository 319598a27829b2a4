/** The rows of what CircleCI says about shells and `run`, each as a job that really runs. */
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultShell } from '../../src/executors/shell.ts'
import type { RunStep } from '../../src/model/step.ts'
import {
  found,
  type JobChange,
  type Queued,
  runStep,
  type Workplace,
  workplace,
} from '../support/workplace.ts'

let place: Workplace

beforeAll(async () => {
  place = await workplace({ limits: { graceMs: 200 } })
  await place.start()
})
afterAll(() => place.close())

async function done(steps: readonly RunStep[], change: JobChange = {}) {
  const queued = await place.queue(steps, change)
  const outcome = await queued.outcome()
  const logs = await Promise.all(steps.map((_step, index) => queued.log(index + 1)))
  return { queued, outcome, logs }
}

const statuses = async (queued: Queued) =>
  (await queued.steps()).slice(1).map((step) => step.state.status)

describe('the shell', () => {
  const options = 'shopt -po errexit pipefail; shopt -q login_shell && echo login; echo ${0##*/}'

  test('default: bash with errexit and pipefail, no login shell', async () => {
    const { logs } = await done([runStep(options, { name: 'x' })])
    expect(logs[0]).toMatch(/^set -o errexit\nset -o pipefail\n/)
    expect(logs[0]).not.toContain('login\n')
  })

  test('default without bash: sh, with as much of the options as it knows', () => {
    expect(defaultShell({ bash: false, shPipefail: true })).toEqual(['/bin/sh', '-eo', 'pipefail'])
    expect(defaultShell({ bash: false, shPipefail: false })).toEqual(['/bin/sh', '-e'])
  })

  test('/bin/sh alone has neither errexit nor pipefail', async () => {
    const { outcome, logs } = await done([
      runStep('false; false | true; echo "goes on: $-"', { shell: '/bin/sh' }),
    ])
    expect(outcome).toEqual({ kind: 'success' })
    expect(logs[0]).toMatch(/^goes on: [^e]*\n$/)
  })

  test('its words are split as a shell would, quotes kept together', async () => {
    const { logs } = await done([
      runStep('echo "$0 $1"', { shell: `/bin/sh -c 'printf "%s|" "$@"' "a b" c` }),
    ])
    expect(logs[0]).toMatch(/^c\|\/.*\|$/)
  })

  test('may be any interpreter that takes a file', async () => {
    const { logs } = await done([
      runStep('my $n = 40 + 2;\nprint "perl $n\\n";', { shell: 'perl' }),
      runStep('BEGIN { print "awk" }', { shell: 'awk -f' }),
    ])
    expect(logs).toEqual(['perl 42\n', 'awk\n'])
  })

  test('of the step goes before that of the job, which goes before the default', async () => {
    const script = 'echo "$FROM"'
    const { logs } = await done([runStep(script), runStep(script, { shell: 'env FROM=step sh' })], {
      shell: 'env FROM=job sh',
    })
    expect(logs).toEqual(['job\n', 'step\n'])
  })

  test('is a new process for each step: neither directory nor variables are carried over', async () => {
    const { logs } = await done([
      runStep('cd /; export CARRIED=yes; alias x=y; echo $$'),
      runStep('echo "${CARRIED-no}"; pwd'),
    ])
    expect(logs[1]).toMatch(/^no\n\/.*\/project\n$/)
  })
})

describe('run', () => {
  test('command: several lines are one script', async () => {
    const { outcome, logs } = await done([runStep('x=1\nfor i in 1 2; do\n  echo $x$i\ndone\n')])
    expect([outcome.kind, logs[0]]).toEqual(['success', '11\n12\n'])
  })

  test('command: an exit code other than 0 fails the step, and the job', async () => {
    const { outcome, queued } = await done([runStep('exit 42', { name: 'Test' })])
    expect(outcome).toMatchObject({ because: '"Test" exited with code 42', exitCode: 42 })
    expect((await queued.steps())[1]?.state).toMatchObject({ status: 'failed', exitCode: 42 })
  })

  test.each([
    ['SEGV', 139, 'Exit code 139 means that SIGSEGV ended it: it used memory that is not its own.'],
    [
      'KILL',
      137,
      'Exit code 137 means that SIGKILL ended it: most often because the memory was not enough.',
    ],
    ['TERM', 143, 'Exit code 143 means that SIGTERM ended it.'],
    ['ABRT', 134, 'Exit code 134 means that SIGABRT ended it: it gave up by itself.'],
  ])('command: a command that SIG%s ends fails, and says so', async (signal, code, message) => {
    const { outcome, queued } = await done([runStep(`kill -${signal} $$`, { name: 'Test' })])
    expect(outcome).toMatchObject({
      exitCode: code,
      because: `"Test" exited with code ${code}. ${message}`,
    })
    expect((await queued.steps())[1]?.state).toMatchObject({ exitCode: code, message })
  })

  test('command: an exit code above 128 without a signal is left as it is', async () => {
    const { outcome } = await done([runStep('exit 255', { name: 'Test' })])
    expect(outcome).toMatchObject({ exitCode: 255, because: '"Test" exited with code 255' })
  })

  test('environment: is the step’s alone', async () => {
    const { logs } = await done([
      runStep('echo "$OWN"', { environment: { OWN: 'mine' } }),
      runStep('echo "${OWN-none}"'),
    ])
    expect(logs).toEqual(['mine\n', 'none\n'])
  })

  test('background: moves on at once, fails nothing, and is ended with the job', async () => {
    const mark = `sluice-background-${process.pid}`
    const { queued, outcome } = await done([
      runStep(`exec -a ${mark} sleep 300`, { background: true }),
      runStep('exit 5', { background: true }),
      runStep('sleep 0.2'),
    ])
    expect(outcome).toEqual({ kind: 'success' })
    expect((await queued.steps())[1]?.state).toMatchObject({
      message: 'Stopped at the end of the job',
    })
    await found('the end of the process', async () => ((await isRunning(mark)) ? undefined : true))
  })

  test('working_directory: relative to the job’s, absolute, or below the home', async () => {
    const { logs } = await done([
      runStep('mkdir -p inner ~/other; cd ~; pwd'),
      runStep('pwd', { workingDirectory: 'inner' }),
      runStep('pwd', { workingDirectory: '~/other' }),
      runStep('pwd', { workingDirectory: '/' }),
    ])
    const home = logs[0]?.trim()
    expect(logs.slice(1)).toEqual([`${home}/project/inner\n`, `${home}/other\n`, '/\n'])
  })

  test('working_directory: of a step must exist', async () => {
    const { outcome, logs } = await done([runStep('echo never', { workingDirectory: 'missing' })])
    expect(outcome.kind).toBe('failed')
    expect(logs[0]).toContain('missing')
    expect(logs[0]).not.toContain('never')
  })

  test('working_directory: of the job is made, and variables in it stand for themselves', async () => {
    const { logs } = await done([runStep('pwd')], { workingDirectory: '~/a/$HOME/b' })
    expect(logs[0]).toMatch(/\/a\/\$HOME\/b\n$/)
  })

  test('no_output_timeout: says how long the step was silent, and ends what it began', async () => {
    const { outcome, queued } = await done([
      runStep('trap "" TERM; sleep 300', { name: 'Wait', noOutputTimeoutMs: 200 }),
    ])
    const message = 'Too long with no output (exceeded 200ms)'
    expect(outcome).toMatchObject({ kind: 'failed', because: `"Wait": ${message}` })
    expect((await queued.steps())[1]?.state).toMatchObject({ status: 'failed', message })
  })

  test('max_auto_reruns: every try is a new process with the same variables', async () => {
    const script = 'echo "$OWN $$ ${LEFT-clean}"; LEFT=1; echo x >> tries; [ $(wc -l < tries) = 3 ]'
    const { outcome, logs } = await done([
      runStep(script, { maxAutoReruns: 2, environment: { OWN: 'mine' } }),
    ])
    expect(outcome).toEqual({ kind: 'success' })
    const tries = (logs[0] ?? '').split('\n').filter((line) => line.startsWith('mine'))
    expect(tries.map((line) => line.split(' ')[2])).toEqual(['clean', 'clean', 'clean'])
    expect(new Set(tries).size).toBe(3)
  })
})

async function isRunning(mark: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const texts = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
  return (await Promise.all(texts)).some((text) => text.startsWith(mark))
}

describe('when, after a step that', () => {
  const rest = (['on_success', 'on_fail', 'always'] as const).map((when) =>
    runStep(`echo ${when}`, { when }),
  )
  test.each([
    ['succeeded', 'true', 'success', ['success', 'success', 'skipped', 'success']],
    ['failed', 'false', 'failed', ['failed', 'skipped', 'success', 'success']],
  ])('%s: the others run or not as they ask', async (_what, first, kind, expected) => {
    const { outcome, queued } = await done([runStep(first), ...rest])
    expect([outcome.kind, await statuses(queued)]).toEqual([kind, expected])
  })

  test('failed although it was to run always: the job fails, and later steps see it', async () => {
    const { outcome, queued } = await done([runStep('false', { when: 'always' }), ...rest])
    expect(outcome.kind).toBe('failed')
    expect(await statuses(queued)).toEqual(['failed', 'skipped', 'success', 'success'])
  })

  test('was canceled: none runs', async () => {
    const queued = await place.queue([runStep('echo up; sleep 300'), ...rest])
    await found('the first word', async () => ((await queued.log(1)) === 'up\n' ? true : undefined))
    await queued.cancel()
    expect((await queued.outcome()).kind).toBe('canceled')
    expect(await statuses(queued)).toEqual(['canceled', 'skipped', 'skipped', 'skipped'])
  })

  test('ran into the limit of the job: none runs, and the limit is named', async () => {
    const limited = await workplace({ limits: { jobMs: 400, graceMs: 100 } })
    await limited.start()
    const queued = await limited.queue([runStep('sleep 300', { name: 'Wait' }), ...rest])
    expect(await queued.outcome()).toMatchObject({
      kind: 'failed',
      because: 'the job ran longer than 400ms, at "Wait"',
    })
    expect(await statuses(queued)).toEqual(['canceled', 'skipped', 'skipped', 'skipped'])
    await limited.close()
  })
})
