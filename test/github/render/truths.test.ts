import { describe, expect, test } from 'vitest'
import { render } from '../../../src/github/render/render.ts'
import type { JobRun, PipelineRun, WorkflowRun } from '../../../src/model/run.ts'
import type { PipelineFacts } from '../../../src/ports/checks.ts'
import { fakeSha, trigger } from '../../support/builders.ts'
import {
  ended,
  held,
  jobRun,
  pipelineRun,
  queued,
  running,
  workflowRun,
} from '../../support/runs.ts'

type View = PipelineFacts['pipelines'][number]

const created = { state: 'created', notSelected: [], diagnostics: [] } as const
const view = (
  jobs: readonly JobRun[],
  status: WorkflowRun['status'],
  pipeline: PipelineRun = pipelineRun(),
): View => ({ pipeline, workflows: [{ workflow: workflowRun({ status }), jobs }] })
const empty = (pipeline: PipelineRun): View => ({ pipeline, workflows: [] })
const onBranch = (name: string, number: number): PipelineRun =>
  pipelineRun(created, { number, trigger: trigger({ kind: 'branch', name }, fakeSha('a')) })

const good = jobRun('build', ended('success', 'all steps succeeded'))
const bad = jobRun('test-16', ended('failed', 'exit 1'))
const inVain = jobRun('deploy', ended('not_run', 'test-16 failed', null))
const stopped = jobRun('lint', ended('canceled', 'canceled by ann'))
const closed = jobRun('ship', ended('unauthorized', 'bob may not use it'))
const waits = jobRun('hold', held)
const busy = jobRun('e2e', running)
const later = jobRun('later', { status: 'blocked' })
const where = { line: 3, column: 5, endLine: 3, endColumn: 9 }
const because = 'branches.only: main does not match dev'

/** What the one check that branches require says of everything that can be. */
const truths: readonly (readonly [string, readonly View[], string, string])[] = [
  ['reading', [empty(pipelineRun({ state: 'pending' }))], 'queued', 'reading the config'],
  [
    'nothing matches',
    [empty(pipelineRun())],
    'success',
    "nothing to run: no workflow's filters match main",
  ],
  [
    'everything filtered out',
    [empty(pipelineRun({ ...created, notSelected: [{ name: 'ci', because, where }] }))],
    'success',
    "nothing to run: no workflow's filters match main",
  ],
  [
    'config error',
    [empty(pipelineRun({ state: 'errored', because: 'the config has an error', diagnostics: [] }))],
    'failure',
    'the config has an error',
  ],
  ['queued', [view([jobRun('a', queued), later], 'running')], 'in_progress', '0 of 2 jobs done'],
  ['running', [view([good, busy], 'running')], 'in_progress', '1 of 2 jobs done'],
  [
    'failing',
    [view([good, bad, busy], 'failing')],
    'in_progress',
    '2 of 3 jobs, test-16 failed: exit 1',
  ],
  [
    'unauthorized while others run',
    [view([closed, busy], 'running')],
    'in_progress',
    '1 of 2 jobs, ship: not authorized: bob may not use it',
  ],
  [
    'canceled while others run',
    [view([stopped, busy], 'running')],
    'in_progress',
    '1 of 2 jobs, lint: canceled by ann',
  ],
  ['held', [view([good, waits, later], 'on_hold')], 'in_progress', 'waits for approval: hold'],
  [
    'held, and something failed',
    [view([bad, waits], 'failing')],
    'in_progress',
    '1 of 2 jobs, test-16 failed: exit 1',
  ],
  ['success', [view([good], 'success')], 'success', '1 job done in 1m 05s'],
  [
    'a handler of failures that had nothing to do',
    [view([good, jobRun('notify', ended('not_run', 'build succeeded', null))], 'success')],
    'success',
    '2 jobs done in 1m 05s',
  ],
  ['failed', [view([good, bad, inVain], 'failed')], 'failure', 'test-16 failed: exit 1'],
  ['canceled', [view([good, stopped], 'canceled')], 'failure', 'lint: canceled by ann'],
  [
    'unauthorized',
    [view([closed], 'unauthorized')],
    'failure',
    'ship: not authorized: bob may not use it',
  ],
  ['a re-run', [view([good, busy], 'running')], 'in_progress', '1 of 2 jobs done'],
  [
    'a fork that nobody has let in',
    [empty(pipelineRun({ state: 'held', because: 'it comes from a fork' }))],
    'action_required',
    'A maintainer has to let this run',
  ],
  [
    'given up before it began',
    [empty(pipelineRun({ state: 'canceled', because: 'the pull request was closed' }))],
    'cancelled',
    'not run: the pull request was closed',
  ],
  [
    'two branches, the older one failed',
    [view([good], 'success', onBranch('dev', 8)), view([bad], 'failed', onBranch('main', 7))],
    'failure',
    'main: test-16 failed: exit 1',
  ],
  [
    'two branches, one still runs and one failed',
    [view([busy], 'running', onBranch('dev', 8)), view([bad], 'failed', onBranch('main', 7))],
    'in_progress',
    'main: test-16 failed: exit 1',
  ],
  [
    'two branches, one has nothing to run',
    [empty(onBranch('dev', 8)), view([good], 'success', onBranch('main', 7))],
    'success',
    "dev: nothing to run: no workflow's filters match dev",
  ],
]

test.each(truths)('%s', (_, pipelines, state, title) => {
  const desired = render({ kind: 'pipeline', pipelines }, { publicUrl: 'https://sluice.example' })
  const { state: shown } = desired
  expect(desired.name).toBe('sluice')
  expect(desired.title).toBe(title)
  expect(shown.status === 'completed' ? shown.conclusion : shown.status).toBe(state)
})

test('what is not selected links to the line that says no', () => {
  const notSelected = [{ name: 'ci', because, where }]
  const { summary } = render(
    { kind: 'pipeline', pipelines: [empty(pipelineRun({ ...created, notSelected }))] },
    { publicUrl: 'https://sluice.example', configPath: '.circleci/my config.yml' },
  )
  const file = `https://github.example/acme/shop/blob/${fakeSha('a')}/.circleci/my%20config.yml`
  expect(summary).toContain(
    `- \`ci\`: branches.only: main does not match dev ([line 3](${file}#L3))`,
  )
})

test('a finding in the config links to its line, one elsewhere does not', () => {
  const found = (file: string) =>
    ({
      code: 'unknown-job',
      severity: 'error',
      message: 'no lnit',
      file,
      where,
      hint: null,
    }) as const
  const diagnostics = [found('.circleci/my config.yml'), found('orb acme/x@1')].map((one) => ({
    ...one,
    path: '',
  }))
  const errored = (base: Partial<PipelineRun>) =>
    render(
      {
        kind: 'pipeline',
        pipelines: [empty(pipelineRun({ state: 'errored', because: 'x', diagnostics }, base))],
      },
      { publicUrl: '', configPath: '.circleci/my config.yml' },
    ).summary
  const file = `https://github.example/acme/shop/blob/${fakeSha('a')}/.circleci/my%20config.yml`
  expect(errored({})).toContain(
    `- error \`unknown-job\` at [\`.circleci/my config.yml:3:5\`](${file}#L3): no lnit`,
  )
  expect(errored({})).toContain('- error `unknown-job` at `orb acme/x@1:3:5`: no lnit')
})

describe('the first failure', () => {
  const options = { publicUrl: 'https://sluice.example' }
  const shown = (logTail: string) =>
    render(
      {
        kind: 'pipeline',
        pipelines: [view([bad], 'failed')],
        firstFailure: { job: bad, step: 'npm test', logTail },
      },
      options,
    ).summary
  const head = `[\`build / test-16\`](https://sluice.example/jobs/${bad.id}) failed in the step \`npm test\``

  test('shows the last twenty lines that a screen would show, in a fence that they cannot close', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `\u001B[31mline ${index}\u001B[0m`)
    const last = Array.from({ length: 20 }, (_, index) => `line ${index + 10}`)
    last[19] = '``` 29'
    lines[29] = '\u001B[1m``` 29'
    expect(shown(`${lines.join('\n')}\n\n`)).toContain(
      `${head}:\n\n\`\`\`\`\n${last.join('\n')}\n\`\`\`\`\n`,
    )
  })
  test('cuts a long line from its middle, by bytes', () => {
    const log = `begin ${'€'.repeat(3000)} end`
    expect(shown(log)).toMatch(/begin €+\n… 9010 bytes, the middle is left out …\n€+ end\n```/)
    expect(Buffer.byteLength(shown(log))).toBeLessThan(5000)
  })
  test('says when nothing was printed', () => {
    expect(shown('\u001B[0m\n')).toContain(`${head}, which printed nothing.`)
  })
})

test('while checks of jobs are held back, the check of all says so and will be made anew', () => {
  const facts = { kind: 'pipeline', pipelines: [view([good], 'success')], unsent: 37 } as const
  const scarce = render(facts, { publicUrl: '', scarce: true })
  expect(scarce).toMatchObject({ folds: true })
  expect(scarce.summary).toContain('37 jobs get their check later')
  expect(render(facts, { publicUrl: '' }).summary).not.toContain('later')
})
