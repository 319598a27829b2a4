import { expect, test } from 'vitest'
import { jobId, workflowId } from '../../src/model/ids.ts'
import type { PipelineSummary } from '../../src/ports/views.ts'
import { stylesheet } from '../../src/web/assets/stylesheet.ts'
import { trigger } from '../support/builders.ts'
import { silentLog } from '../support/log.ts'
import { detail, ids, job, page, pipeline, step, webApp, workflow } from './support.ts'

const refresh = 'http-equiv="refresh"'
const hostile = `<script>alert(1)</script>"'&`

const listing = (...pipelines: readonly PipelineSummary[]) => ({
  views: { pipelines: async () => pipelines },
})

test('the list shows pipelines with their workflows and how their jobs stand', async () => {
  const { status, text } = await page(
    listing({ pipeline: pipeline(), workflows: [workflow()] }),
    '/',
  )
  expect(status).toBe(200)
  expect(text).toContain(`<a href="/pipelines/${ids.pipeline}">acme/shop #7</a>`)
  expect(text).toContain('build-and-test')
  expect(text).toContain('2 success, 1 not run')
  expect(text).not.toContain(refresh)
})

test('the list says how jobs are not kept apart', async () => {
  const notices = async () => ['jobs see each other <here>']
  const { text } = await page({ views: { notices } }, '/')
  expect(text).toContain('jobs see each other &lt;here&gt;')
})

test('an empty list says so', async () => {
  expect((await page({}, '/')).text).toContain('Nothing was pushed yet')
})

test('superseded runs of a workflow are left out of the list', async () => {
  const old = workflow({ name: 'first try', supersededBy: workflowId(ids.workflow), endedAt: null })
  const { text } = await page(listing({ pipeline: pipeline(), workflows: [old, workflow()] }), '/')
  expect(text).not.toContain('first try')
  expect(text).not.toContain(refresh)
})

test.each([
  ['a pipeline is pending', { pipeline: pipeline({ state: 'pending' }), workflows: [] }],
  [
    'a workflow runs',
    { pipeline: pipeline(), workflows: [workflow({ status: 'running', endedAt: null })] },
  ],
])('the list asks again by itself while %s', async (_what, summary) => {
  expect((await page(listing(summary), '/')).text).toContain(refresh)
})

/** Lists that end when they end, over pipelines of these instants, newest first. */
function paged(instants: readonly number[]) {
  const all = instants.map((createdAt, at) => ({
    pipeline: pipeline({ createdAt, number: 1000 + at }),
    workflows: [],
  }))
  const app = webApp({
    views: {
      pipelines: async ({ limit, before = Number.POSITIVE_INFINITY }) =>
        all.filter(({ pipeline: { createdAt } }) => createdAt < before).slice(0, limit),
    },
  })
  return async (path: string) => {
    const text = await (await app.request(path)).text()
    const numbers = [...text.matchAll(/#(1\d{3})</g)].map((match) => Number(match[1]))
    return { numbers, older: /href="(\/\?before=\d+)"/.exec(text)?.[1] }
  }
}

test('older pipelines are on the next page, none twice and none forgotten', async () => {
  // The 50th and the 51st were created at the same instant.
  const instants = Array.from({ length: 120 }, (_, at) => 5000 - (at === 50 ? 49 : at))
  const list = paged(instants)
  const seen: number[] = []
  let path: string | undefined = '/'
  while (path) {
    const { numbers, older } = await list(path)
    seen.push(...numbers)
    path = older
  }
  expect(seen).toEqual(instants.map((_, at) => 1000 + at))
})

test('a page that is just full has no older one', async () => {
  const list = paged(Array.from({ length: 50 }, (_, at) => 5000 - at))
  expect(await list('/')).toMatchObject({ numbers: { length: 50 }, older: undefined })
})

test.each(['x', '-1', '1e3', '9'.repeat(30), ''])('before=%s is refused', async (before) => {
  expect((await page({}, `/?before=${before}`)).status).toBe(400)
})

const pipelinePage = (...[run, ...workflows]: Parameters<typeof describePipeline>) =>
  page({ views: describePipeline(run, ...workflows) }, `/pipelines/${ids.pipeline}`)
const describePipeline = (
  run: ReturnType<typeof pipeline>,
  ...workflows: readonly { workflow: ReturnType<typeof workflow>; jobs: ReturnType<typeof job>[] }[]
) => ({ pipeline: async () => ({ pipeline: run, workflows }) })

test('a pipeline shows its jobs, what they wait for, how they went, and why others do not run', async () => {
  const { text } = await pipelinePage(
    pipeline({
      notices: ['ann re-ran it'],
      notSelected: [{ name: 'nightly', because: 'only for schedules', where: null }],
    }),
    {
      workflow: workflow({
        notSelected: [
          {
            name: 'deploy',
            because: 'branches.only: main',
            where: { line: 1, column: 1, endLine: 1, endColumn: 1 },
          },
        ],
      }),
      jobs: [job()],
    },
  )
  expect(text).toContain(`<a href="/jobs/${ids.job}">test</a>`)
  for (const part of ['build', '3.2 s', 'ann re-ran it']) expect(text).toContain(part)
  expect(text).toContain('nightly does not run: only for schedules')
  expect(text).toContain('deploy does not run: branches.only: main')
  expect(text).not.toContain(refresh)
})

test('a job that a re-run took over leads to the run that did the work', async () => {
  const original = jobId('99999999-0000-4000-8000-000000000000')
  const { text } = await pipelinePage(pipeline(), {
    workflow: workflow({ attempt: 2 }),
    jobs: [job({ carried: true, layersOf: original })],
  })
  expect(text).toContain(`href="/jobs/${original}"`)
  expect(text).toContain('run 2')
})

test('a config that is wrong shows where', async () => {
  const diagnostic = {
    code: 'unknown-job',
    severity: 'error',
    message: 'no job tset',
    file: 'c.yml',
    where: { line: 4, column: 9, endLine: 4, endColumn: 12 },
    hint: null,
    path: '',
  }
  const { text } = await pipelinePage(
    pipeline({ state: 'errored', because: 'the config is wrong', diagnostics: [diagnostic] }),
  )
  expect(text).toContain('the config is wrong')
  expect(text).toContain('c.yml:4:9: <span class="error">error</span> unknown-job: no job tset')
})

test('errors of a config stand before what else was found, with what to do about them', async () => {
  const found = (severity: 'error' | 'warning', line: number, hint: string) => ({
    code: severity,
    severity,
    message: 'so it is',
    file: 'c.yml',
    where: { line, column: 1, endLine: line, endColumn: 2 },
    hint,
    path: '',
  })
  const { text } = await pipelinePage(
    pipeline({
      state: 'errored',
      because: 'the config has an error',
      diagnostics: [found('warning', 1, 'perhaps'), found('error', 9, 'do this')],
    }),
  )
  expect(text.indexOf('c.yml:9:1')).toBeLessThan(text.indexOf('c.yml:1:1'))
  expect(text).toContain('do this')
})

test('runs that were taken over stand below the workflows in the order of the config', async () => {
  const named = (name: string, changes: object = {}) => ({
    workflow: workflow({ name, ...changes }),
    jobs: [],
  })
  const old = named('old', { supersededBy: workflowId(ids.workflow) })
  const { text } = await pipelinePage(pipeline(), named('first'), old, named('second'))
  const places = ['first', 'second', 'old'].map((name) => text.indexOf(`</span> ${name}`))
  expect(places.every((place) => place >= 0)).toBe(true)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

test('an address of a commit that is no web page is not linked', async () => {
  const { commit, ...rest } = trigger()
  const { text } = await pipelinePage(
    pipeline({ trigger: { ...rest, commit: { ...commit, url: 'javascript:alert(1)' } } }),
  )
  expect(text).not.toContain('javascript:')
})

const jobPage = (run: ReturnType<typeof detail>) =>
  page({ views: { job: async () => run } }, `/jobs/${ids.job}`)

test('a job shows its steps with status, time and a link to the log', async () => {
  const failed = step({
    index: 1,
    name: 'lint',
    state: { status: 'failed', startedAt: 0, endedAt: 500, exitCode: 2, message: 'Too long' },
  })
  const { text } = await jobPage(detail([step(), failed]))
  expect(text).toContain('npm test')
  expect(text).toContain('1 min 5 s')
  expect(text).toContain('exit 2 Too long')
  expect(text).toContain(`href="/jobs/${ids.job}/tasks/${ids.task}/steps/1/log"`)
  expect(text).not.toContain(refresh)
})

test('a running step is followed, a skipped one has no log', async () => {
  const running = step({ state: { status: 'running', startedAt: 0 } })
  const skipped = step({ index: 1, state: { status: 'skipped' } })
  const { text } = await jobPage(detail([running, skipped], { status: 'running', queuedAt: 0 }))
  expect(text).toContain('steps/0/log?follow=1"')
  expect(text).not.toContain('steps/1/log')
  expect(text).toContain(refresh)
})

test.each([
  [{ status: 'blocked' }, 'waits for build'],
  [{ status: 'queued', queuedAt: 0, cancel: null }, 'waits for a free worker'],
  [{ status: 'running', startedAt: 0, cancel: { by: 'ann' } }, 'being canceled by ann'],
  [{ status: 'canceled', because: 'canceled by ann' }, 'canceled by ann'],
  [{ status: 'on_hold', heldAt: 0 }, 'buttons of its check on GitHub'],
])('a job that is %j says %s', async (changes, words) => {
  expect((await jobPage(detail([], changes))).text).toContain(words)
})

test('a held approval says who has approved and whom it waits for', async () => {
  const hold = {
    policy: {
      allow: { role: 'maintain', teams: [], people: [] },
      notAuthor: false,
      peopleNeeded: 2,
      expiresInMs: null,
    },
    obstacle: null,
    approvals: [{ person: { id: 1, login: 'ann' }, at: 0 }],
    expiresAt: null,
  }
  const { text } = await jobPage(detail([], { status: 'on_hold', heldAt: 0, hold }))
  expect(text).toContain('approved by ann, waits for approval by one more person (a maintainer)')
})

test('what strangers wrote is text on every page', async () => {
  const { commit, repository, actor, ...rest } = trigger({ kind: 'branch', name: hostile })
  const hostilePipeline = pipeline({
    notices: [hostile],
    trigger: {
      ...rest,
      repository: { ...repository, name: hostile },
      actor: { ...actor, login: hostile },
      commit: { ...commit, subject: hostile, url: `https://x/${hostile}` },
    },
  })
  const hostileJob = { ...job(), because: hostile, planned: { ...job().planned, name: hostile } }
  const run = { workflow: workflow({ name: hostile }), jobs: [hostileJob] }
  const world = {
    views: {
      pipelines: async () => [{ pipeline: hostilePipeline, workflows: [run.workflow] }],
      pipeline: async () => ({ pipeline: hostilePipeline, workflows: [run] }),
      job: async () => ({ ...detail([step({ name: hostile })]), job: hostileJob, ...run }),
    },
  }
  for (const path of ['/', `/pipelines/${ids.pipeline}`, `/jobs/${ids.job}`]) {
    const { status, text } = await page(world, path)
    expect(status).toBe(200)
    expect(text).not.toContain('<script')
    expect(text).not.toContain(`"'&`)
    expect(text).toContain('&lt;script&gt;')
  }
})

test.each([
  '/nowhere',
  '/pipelines/1',
  `/pipelines/${ids.pipeline}`,
  '/jobs/../etc',
  `/jobs/${ids.job}`,
])('%s, where nothing is, is 404', async (path) => {
  expect((await page({}, path)).status).toBe(404)
})

test('a page that fails says so, and the log why', async () => {
  const errors: unknown[] = []
  const { status, text } = await page(
    {
      views: { pipelines: () => Promise.reject(new Error('password of the database')) },
      log: { ...silentLog, error: (facts) => errors.push(facts) },
    },
    '/',
  )
  expect(status).toBe(500)
  expect(text).not.toContain('password')
  expect(errors).toMatchObject([{ path: '/', error: { message: 'password of the database' } }])
})

test.each(['/', '/nowhere', '/healthz', '/assets/sluice.css'])(
  '%s allows no script, no frame and no guess about its type',
  async (path) => {
    const { headers, text } = await page({}, path)
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(text).not.toMatch(/<script|\son\w+=|style=/)
  },
)

test('every page names the look by an address that changes with it', async () => {
  const { text } = await page({}, '/')
  const address = /href="(\/assets\/sluice\.css\?[\da-f]{12})"/.exec(text)?.[1] ?? ''
  expect((await page({}, address)).text).toBe(stylesheet)
})

test('the look comes as a file of its own', async () => {
  const { headers } = await page({}, '/assets/sluice.css')
  expect(headers.get('content-type')).toBe('text/css; charset=utf-8')
})

test.each([
  ['cross-site', 403],
  ['same-site', 403],
  ['same-origin', 404],
  ['none', 404],
])('a change that a %s page asks for is answered with %d', async (site, expected) => {
  const answer = await webApp().request('/', {
    method: 'POST',
    headers: { 'sec-fetch-site': site },
  })
  expect(answer.status).toBe(expected)
})
