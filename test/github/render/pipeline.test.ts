import { describe, expect, test } from 'vitest'
import type { RenderOptions } from '../../../src/github/render/desired.ts'
import { render } from '../../../src/github/render/render.ts'
import type { Diagnostic } from '../../../src/model/diagnostic.ts'
import { pipelineId, workflowId } from '../../../src/model/ids.ts'
import type { JobRun, PipelineRun } from '../../../src/model/run.ts'
import { trigger } from '../../support/builders.ts'
import {
  ended,
  held,
  jobRun,
  pipelineFacts,
  pipelineRun,
  queued,
  running,
  uuid,
  workflowRun,
} from '../../support/runs.ts'

const options: RenderOptions = { publicUrl: 'https://sluice.example' }

const diagnostic = (change: Partial<Diagnostic> = {}): Diagnostic => ({
  code: 'unknown-job',
  severity: 'error',
  message: 'there is no job lnit',
  file: '.circleci/config.yml',
  where: { line: 3, column: 5, endLine: 3, endColumn: 9 },
  hint: 'did you mean lint?',
  path: 'workflows.build.jobs[0]',
  ...change,
})

const alone = (pipeline: PipelineRun) =>
  render({ kind: 'pipeline', pipelines: [{ pipeline, workflows: [] }] }, options)
const buttons = (desired: ReturnType<typeof render>) =>
  desired.actions.map((action) => action.identifier)

const done = jobRun('build', ended('success', 'all steps succeeded'))
const failed = jobRun('test-16', ended('failed', '"npm test" exited with code 1'))
const waiting = jobRun('hold', held)
const blocked = jobRun('deploy', { status: 'blocked' })

describe('the title says the one fact that matters', () => {
  test.each([
    ['under way', [done, jobRun('lint', running), blocked], 'running', '1 of 3 jobs done'],
    ['queued', [jobRun('lint', queued)], 'running', '0 of 1 job done'],
    ['held', [done, waiting, blocked], 'on_hold', 'waits for approval: hold'],
    ['held and running', [waiting, jobRun('lint', running)], 'running', '0 of 2 jobs done'],
    [
      'failing',
      [done, failed, blocked, jobRun('lint', running)],
      'failing',
      '2 of 4 jobs, test-16 failed: "npm test" exited with code 1',
    ],
    [
      'failed',
      [failed, jobRun('e2e', ended('failed', 'x')), jobRun('z', ended('not_run', 'y'))],
      'failed',
      'test-16 failed: "npm test" exited with code 1 (and 1 more)',
    ],
    [
      'canceled',
      [jobRun('hold', ended('canceled', 'rejected by ann'))],
      'canceled',
      'hold: rejected by ann',
    ],
    [
      'unauthorized',
      [jobRun('ship', ended('unauthorized', 'no access'))],
      'unauthorized',
      'ship: not authorized: no access',
    ],
    ['succeeded', [done], 'success', '1 job done in 1m 05s'],
  ] as const)('%s', (_, jobs, status, title) => {
    expect(render(pipelineFacts(jobs, { status }), options).title).toBe(title)
  })
})

describe('the check passes only when every workflow succeeded or nothing applied', () => {
  const conclusion = (jobs: readonly JobRun[], status: 'success' | 'failed' | 'canceled') =>
    render(pipelineFacts(jobs, { status }), options).state
  test('success', () => {
    expect(conclusion([done], 'success')).toEqual({
      status: 'completed',
      conclusion: 'success',
      startedAt: 0,
      completedAt: 65_000,
    })
  })
  test.each(['failed', 'canceled'] as const)('%s fails', (status) => {
    expect(conclusion([done], status)).toMatchObject({ conclusion: 'failure' })
  })
  test('a held approval keeps it open', () => {
    const desired = render(pipelineFacts([done, waiting], { status: 'on_hold' }), options)
    expect(desired.state).toEqual({ status: 'in_progress', startedAt: null })
    expect(buttons(desired)).toEqual(['cancel'])
  })
  test('nothing to run passes and says so', () => {
    expect(alone(pipelineRun())).toMatchObject({
      state: { conclusion: 'success' },
      title: "nothing to run: no workflow's filters match main",
      silent: false,
    })
  })
  test('one bad end offers both re-runs, a good one only to run anew', () => {
    expect(buttons(render(pipelineFacts([failed], { status: 'failed' }), options))).toEqual([
      'rerun-failed',
      'rerun-all',
      'new-run',
    ])
    expect(buttons(render(pipelineFacts([done], { status: 'success' }), options))).toEqual([
      'new-run',
    ])
  })
})

test('a pending pipeline is queued', () => {
  expect(alone(pipelineRun({ state: 'pending' }))).toMatchObject({
    name: 'sluice',
    state: { status: 'queued' },
    title: 'reading the config',
  })
})

describe('a config with errors', () => {
  const errored = (diagnostics: readonly Diagnostic[], because = 'the config has errors') =>
    alone(pipelineRun({ state: 'errored', because, diagnostics }))
  test('fails, counts them and names them in the summary', () => {
    const two = [diagnostic(), diagnostic({ message: 'a second one' })]
    expect(errored(two)).toMatchObject({
      state: { conclusion: 'failure' },
      title: 'config error: 2 problems',
      summary: expect.stringContaining(
        '- error `unknown-job` at `.circleci/config.yml:3:5`: there is no job lnit. Hint: did you mean lint?',
      ),
    })
  })
  test('comes before what is only a warning, which may not push it out', () => {
    const { summary } = errored([
      ...Array.from({ length: 200 }, (_, at) =>
        diagnostic({ severity: 'warning', code: 'old', message: `old ${at}` }),
      ),
      diagnostic(),
    ])
    expect(summary.indexOf('- error')).toBeGreaterThan(-1)
    expect(summary.indexOf('- error')).toBeLessThan(summary.indexOf('- warning'))
  })
  test('what is found in many places is told once', () => {
    const at = (line: number) => diagnostic({ where: { ...diagnostic().where, line } })
    const old = { severity: 'warning', message: 'old', code: 'deprecated' } as const
    const { summary } = errored([diagnostic(old), ...[1, 2, 3, 4, 5, 6, 7].map(at)])
    const lines = summary.split('\n').filter((line) => line.startsWith('- '))
    expect(lines).toEqual([
      expect.stringMatching(/^- error .*config\.yml:5:5` and 2 more: there is no job lnit\./),
      expect.stringMatching(/^- warning `deprecated` at .*: old\./),
    ])
  })
  test('a single one is the title itself', () => {
    expect(errored([diagnostic()]).title).toBe('config error: there is no job lnit')
  })
  test('a missing config is named', () => {
    expect(errored([], 'there is no .circleci/config.yml at this commit').title).toBe(
      'there is no .circleci/config.yml at this commit',
    )
  })
  test.each([
    ['error', 'failure'],
    ['warning', 'warning'],
    ['hint', 'notice'],
    ['info', 'notice'],
  ] as const)('%s is annotated as %s', (severity, level) => {
    expect(errored([diagnostic({ severity })]).annotations[0]?.annotation_level).toBe(level)
  })
  test('an annotation within a line has columns, GitHub counts the last one in', () => {
    expect(errored([diagnostic()]).annotations).toEqual([
      {
        path: '.circleci/config.yml',
        start_line: 3,
        end_line: 3,
        start_column: 5,
        end_column: 8,
        annotation_level: 'failure',
        title: 'unknown-job',
        message: 'there is no job lnit\nhint: did you mean lint?',
      },
    ])
  })
  test('an annotation over lines has none, and ends on the last line with text', () => {
    const where = { line: 3, column: 5, endLine: 6, endColumn: 1 }
    const [one] = errored([diagnostic({ where })]).annotations
    expect(one).toMatchObject({ start_line: 3, end_line: 5 })
    expect(one).not.toHaveProperty('start_column')
  })
  test('ten thousand problems stay within the limits', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      diagnostic({ message: `${index} ${'🙂'.repeat(500)}` }),
    )
    const desired = errored(many)
    expect(desired.title).toBe('config error: 10000 problems')
    expect(desired.annotations).toHaveLength(200)
    expect(Buffer.byteLength(desired.summary)).toBeLessThanOrEqual(65_535)
    expect(desired.summary).toMatch(/- … and \d+ more/)
  })
})

test('a config that runs has its warnings and hints on their lines, too, and they fail nothing', () => {
  const severities = ['warning', 'hint', 'info'] as const
  const diagnostics = severities.map((severity, index) =>
    diagnostic({
      severity,
      code: `code-${index}`,
      where: { line: index + 5, column: 1, endLine: index + 5, endColumn: 2 },
    }),
  )
  const pipeline = pipelineRun({ state: 'created', notSelected: [], diagnostics })
  const shown = render(pipelineFacts([done], { status: 'success' }, pipeline), options)
  expect(shown.state).toMatchObject({ conclusion: 'success' })
  expect(shown.annotations.map((one) => [one.start_line, one.annotation_level, one.title])).toEqual(
    [
      [5, 'warning', 'code-0'],
      [6, 'notice', 'code-1'],
      [7, 'notice', 'code-2'],
    ],
  )
  expect(shown.summary).toContain('- warning `code-0` at `.circleci/config.yml:5:1`: there is no')
})

test('the summary is a table of workflows and jobs, and what was not selected', () => {
  const where = { line: 50, column: 9, endLine: 50, endColumn: 20 }
  const notSelected = [
    { name: 'deploy', because: 'branches.only: main does not match feature/x', where },
  ]
  const pipeline = pipelineRun({
    state: 'created',
    notSelected: [{ name: 'nightly', because: 'it is started by a schedule', where }],
    diagnostics: [],
  })
  const facts = pipelineFacts([done, failed, waiting], { status: 'failing', notSelected }, pipeline)
  const { summary } = render(facts, options)
  expect(summary).toContain('### `build`: failing')
  expect(summary).toContain(
    `| [\`build\`](https://sluice.example/jobs/${done.id}) | success | 1m 05s |  |`,
  )
  expect(summary).toContain('| **failed** | 1m 05s | "npm test" exited with code 1 |')
  expect(summary).toContain('| waits for approval |  |  |')
  expect(summary).toContain('- `nightly`: it is started by a schedule (line 50)')
  expect(summary).toContain(
    '- `build / deploy`: branches.only: main does not match feature/x (line 50)',
  )
})

test('ten thousand jobs fit, and those that need eyes are among the shown', () => {
  const jobs = Array.from({ length: 10_000 }, (_, index) =>
    jobRun(`job-${index}`, index === 9_999 ? ended('failed', 'x') : queued),
  )
  const { summary } = render(pipelineFacts(jobs, { status: 'failing' }), options)
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535)
  expect(summary).toContain('`job-9999`')
  expect(summary).toMatch(/… and \d+ more jobs/)
})

test('fifty workflows of jobs with hostile names fit', () => {
  const evil = '🙂|`@all[x](http://evil)'.repeat(50)
  const job = jobRun('x', ended('failed', evil))
  const jobs = Array.from({ length: 50 }, () => ({
    ...job,
    planned: { ...job.planned, name: evil },
  }))
  const workflows = Array.from({ length: 50 }, (_, index) => ({
    workflow: workflowRun({ id: workflowId(uuid(`${index}`)), name: evil, because: evil }),
    jobs,
  }))
  const facts = { kind: 'pipeline', pipelines: [{ pipeline: pipelineRun(), workflows }] } as const
  const { summary } = render(facts, options)
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535)
})

test('workflows that a re-run superseded are not shown', () => {
  const old = { supersededBy: workflowId(uuid('f')), status: 'failed', name: 'old' } as const
  const facts = pipelineFacts([failed], old)
  const fresh = pipelineFacts([done], { status: 'success' })
  const pipelines = [
    {
      pipeline: pipelineRun(),
      workflows: [
        ...(facts.pipelines[0]?.workflows ?? []),
        ...(fresh.pipelines[0]?.workflows ?? []),
      ],
    },
  ]
  const desired = render({ kind: 'pipeline', pipelines }, options)
  expect(desired.state).toMatchObject({ conclusion: 'success' })
  expect(desired.summary).not.toContain('`old`')
})

describe('several branches at one commit', () => {
  const view = (
    name: string,
    jobs: readonly JobRun[],
    status: 'success' | 'failed' | 'running',
  ) => ({
    pipeline: pipelineRun(undefined, {
      id: pipelineId(uuid(Buffer.from(name).toString('hex'))),
      trigger: trigger({ kind: 'branch', name }),
      label: ` (${name})`,
    }),
    workflows: [{ workflow: workflowRun({ status }), jobs }],
  })
  test('the worst of all decides and is the one named', () => {
    const pipelines = [view('b', [done], 'success'), view('a', [failed], 'failed')]
    const desired = render({ kind: 'pipeline', pipelines }, options)
    expect(desired).toMatchObject({
      name: 'sluice',
      state: { conclusion: 'failure' },
      title: 'a: test-16 failed: "npm test" exited with code 1',
    })
    expect(desired.summary).toContain('branch `b`')
  })
  test('one that still runs keeps the check open', () => {
    const pipelines = [view('b', [jobRun('x', running)], 'running'), view('a', [failed], 'failed')]
    const desired = render({ kind: 'pipeline', pipelines }, options)
    expect(desired.state.status).toBe('in_progress')
    expect(desired.title).toBe('a: test-16 failed: "npm test" exited with code 1')
  })
  test('one that does not use Sluice does not count', () => {
    const ignored = pipelineRun({ state: 'ignored', because: 'no config' })
    const pipelines = [{ pipeline: ignored, workflows: [] }, view('a', [failed], 'failed')]
    expect(render({ kind: 'pipeline', pipelines }, options)).toMatchObject({
      state: { conclusion: 'failure' },
      silent: false,
    })
  })
})

test('a schedule has a check of its own, so that it never stands for the push', () => {
  const schedule = { id: 's', name: 'nightly', cron: '0 3 * * *', dueAt: 0, missed: 0 }
  const event = { name: 'schedule', action: 'schedule', values: {}, schedule } as const
  const pipeline = pipelineRun(undefined, {
    trigger: { ...trigger(), type: 'schedule', event },
    label: ' (schedule nightly)',
  })
  expect(alone(pipeline).name).toBe('sluice (schedule nightly)')
})

test('a tag has a check of its own', () => {
  const pipeline = pipelineRun(undefined, {
    trigger: trigger({ kind: 'tag', name: 'v1' }),
    label: ' (tag v1)',
  })
  expect(alone(pipeline).name).toBe('sluice (tag v1)')
})

test('where Sluice is not used nothing is shown, or what was begun ends well', () => {
  expect(alone(pipelineRun({ state: 'ignored', because: 'there is no config' }))).toMatchObject({
    silent: true,
    state: { conclusion: 'success' },
    title: 'nothing to run: there is no config',
  })
})

test('notices of clicks come first', () => {
  const notices = ['ann asked for a re-run of build.']
  const facts = pipelineFacts([done], { status: 'success' }, pipelineRun(undefined, { notices }))
  expect(render(facts, options).summary).toMatch(
    /^> ann asked for a re-run of build\.\n\n\[Pipeline 7\]/,
  )
})

test('every button keeps to what GitHub allows', () => {
  const all = [
    render(pipelineFacts([failed], { status: 'failed' }), options),
    render(pipelineFacts([waiting], { status: 'on_hold' }), options),
  ].flatMap((desired) => desired.actions)
  for (const { label, description, identifier } of all) {
    expect(label.length).toBeLessThanOrEqual(20)
    expect(description.length).toBeLessThanOrEqual(40)
    expect(identifier.length).toBeLessThanOrEqual(20)
  }
})

describe('a pipeline whose setup workflow brings its config', () => {
  const state = { state: 'created', notSelected: [], diagnostics: [] } as const
  const compiling = pipelineRun(state, { continuation: { stage: 'compiling', by: 'x' } })

  test('is not over while that is compiled, though all of the setup workflow succeeded', () => {
    const desired = render(pipelineFacts([done], { status: 'success' }, compiling), options)
    expect(desired.state).toEqual({ status: 'in_progress', startedAt: null })
    expect(desired.title).toBe('reading the continuation')
  })

  test.each(['open', 'continued', 'finished'] as const)(
    'is over with its jobs when %s',
    (stage) => {
      const pipeline = pipelineRun(state, { continuation: { stage, by: 'x', taken: [] } })
      const desired = render(pipelineFacts([done], { status: 'success' }, pipeline), options)
      expect(desired.state).toMatchObject({ status: 'completed', conclusion: 'success' })
    },
  )

  test('fails when that is wrong, with its diagnostics, once the setup workflow has ended', () => {
    const errored = pipelineRun(
      { state: 'errored', because: 'x', diagnostics: [diagnostic({ file: 'next.yml' })] },
      { continuation: { stage: 'continued', by: 'x' } },
    )
    const over = render(pipelineFacts([done], { status: 'success' }, errored), options)
    expect(over.state).toMatchObject({ conclusion: 'failure' })
    expect(over.title).toBe('config error: there is no job lnit')
    expect(over.summary).toContain('Nothing more was run')
    expect(over.annotations.map(({ path }) => path)).toEqual(['next.yml'])
    const still = render(pipelineFacts([jobRun('build', running)], {}, errored), options)
    expect(still.state.status).toBe('in_progress')
  })
})
