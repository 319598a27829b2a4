import { expect, test } from 'vitest'
import { type Answered, ask, installationToken, type Lab, openLab } from './support/github.ts'

const runs = '/repos/acme/shop/check-runs'

interface Bench extends Lab {
  readonly sha: string
  readonly token: string
  ask(request: string, body?: unknown): Promise<Answered>
  /** Makes a check run named `build`; its answer. */
  create(body?: object): Promise<Answered>
  update(id: number, body: object): Promise<Answered>
}

const openBench = async (): Promise<Bench> => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' })
  const token = await installationToken(lab.github)
  const asked = (request: string, body?: unknown) => ask(lab.github, token, request, body)
  return {
    ...lab,
    sha,
    token,
    ask: asked,
    create: (body) => asked(`POST ${runs}`, { name: 'build', head_sha: sha, ...body }),
    update: (id, body) => asked(`PATCH ${runs}/${id}`, body),
  }
}

const output = { title: 'All well', summary: 'Fine' }

test('a run is made, changed and read, and nothing about it breaks the description', async () => {
  const bench = await openBench()
  const made = await bench.create({ external_id: 'x/1', details_url: 'https://ci.example/1' })
  expect(made).toMatchObject({
    status: 201,
    body: {
      name: 'build',
      status: 'queued',
      conclusion: null,
      external_id: 'x/1',
      head_sha: bench.sha,
    },
  })
  const { id } = made.body
  await bench.update(id, { status: 'in_progress', started_at: '2026-01-01T00:00:00Z' })
  await bench.update(id, { conclusion: 'success', output })
  const { body } = await bench.ask(`GET ${runs}/${id}`)
  expect(body).toMatchObject({
    status: 'completed',
    conclusion: 'success',
    started_at: '2026-01-01T00:00:00Z',
    details_url: 'https://ci.example/1',
    output,
    app: { id: bench.github.app.appId },
  })
  expect(body.completed_at).not.toBeNull()
  expect(bench.github.violations).toEqual([])
})

test('ids are larger than 32 bits, as on GitHub', async () => {
  const bench = await openBench()
  expect((await bench.create()).body.id).toBeGreaterThan(2 ** 32)
})

test('the App hears of its own writes: created, then completed', async () => {
  const bench = await openBench()
  const made = await bench.create({ status: 'in_progress' })
  await bench.update(made.body.id, { conclusion: 'failure' })
  const [created] = await bench.webhooks('check_run.created')
  const [completed] = await bench.webhooks('check_run.completed')
  expect(created?.payload).toMatchObject({
    check_run: { id: made.body.id, status: 'in_progress', check_suite: { head_sha: bench.sha } },
    sender: { login: 'sluice[bot]', type: 'Bot' },
  })
  expect(completed?.payload.check_run).toMatchObject({ conclusion: 'failure' })
  expect(await bench.webhooks('check_suite.completed')).toHaveLength(1)
  expect(bench.github.violations).toEqual([])
})

test('a completed run is not reopened: the answer is 200, the run stays, and it is on record', async () => {
  const bench = await openBench()
  const { id } = (await bench.create({ conclusion: 'success' })).body
  const answer = await bench.update(id, { status: 'in_progress', output: { summary: 'again' } })
  expect(answer).toMatchObject({
    status: 200,
    body: { status: 'completed', conclusion: 'success', output: { summary: 'again' } },
  })
  expect(bench.github.violations).toEqual([
    expect.stringContaining('(build) is completed, yet set to in_progress'),
  ])
})

test('a conclusion is not changed to another, and the try is on record', async () => {
  const bench = await openBench()
  const { id } = (await bench.create({ conclusion: 'action_required' })).body
  const answer = await bench.update(id, { conclusion: 'success' })
  expect(answer.body.conclusion).toBe('action_required')
  expect(bench.github.violations).toHaveLength(1)
})

test('the text and buttons of a completed run may change', async () => {
  const bench = await openBench()
  const { id } = (await bench.create({ conclusion: 'failure', actions: [] })).body
  await bench.update(id, { conclusion: 'failure', output })
  expect((await bench.update(id, { output: { summary: 'More' } })).body.output.summary).toBe('More')
  expect(bench.github.violations).toEqual([])
})

const button = { label: 'Approve', identifier: 'approve', description: 'Lets it go on' }
const annotation = {
  path: 'a',
  start_line: 1,
  end_line: 1,
  annotation_level: 'failure',
  message: 'm',
}

test.each<[string, object, string]>([
  ['completed without a conclusion', { status: 'completed' }, 'conclusion is required'],
  ['a conclusion that only GitHub sets', { conclusion: 'stale' }, 'set by GitHub only'],
  ['a conclusion that does not exist', { conclusion: 'great' }, 'not a possible value'],
  ['a status of GitHub Actions', { status: 'waiting' }, 'not a possible value'],
  ['null as conclusion', { conclusion: null }, 'null'],
  ['details that are no web page', { details_url: 'ftp://x' }, 'http or https'],
  ['an output without summary', { output: { title: 'x' } }, `"summary" wasn't supplied`],
  [
    'too many characters',
    { output: { title: 'x', summary: 'x'.repeat(65_536) } },
    'Only 65535 characters are allowed; 65536 were supplied.',
  ],
  [
    'too many bytes of summary',
    { output: { title: 'x', summary: 'é'.repeat(40_000) } },
    'summary exceeds a maximum bytesize of 65535',
  ],
  [
    'too many bytes of text',
    { output: { ...output, text: '😀'.repeat(20_000) } },
    'text exceeds a maximum bytesize of 65535',
  ],
  ['four buttons', { actions: [button, button, button, button] }, 'No more than 3 items'],
  [
    'a label of 21 characters',
    { actions: [{ ...button, label: 'x'.repeat(21) }] },
    'Only 20 characters',
  ],
  [
    'an identifier of 21',
    { actions: [{ ...button, identifier: 'x'.repeat(21) }] },
    'Only 20 characters',
  ],
  [
    'a description of 41',
    { actions: [{ ...button, description: 'x'.repeat(41) }] },
    'Only 40 characters',
  ],
  [
    'a button without identifier',
    { actions: [{ label: 'x', description: 'x' }] },
    `"identifier" wasn't supplied`,
  ],
  [
    '51 annotations',
    { output: { ...output, annotations: Array.from({ length: 51 }, () => annotation) } },
    'No more than 50 items',
  ],
  [
    'columns over several lines',
    { output: { ...output, annotations: [{ ...annotation, end_line: 2, start_column: 1 }] } },
    'columns',
  ],
  [
    'an annotation that ends before it starts',
    { output: { ...output, annotations: [{ ...annotation, end_line: 0 }] } },
    'end_line',
  ],
])('%s is refused with 422 and goes on record', async (_, body, message) => {
  const bench = await openBench()
  const answer = await bench.create(body)
  expect(answer.status).toBe(422)
  expect(JSON.stringify(answer.body)).toContain(JSON.stringify(message).slice(1, -1))
  expect(bench.github.violations).toHaveLength(1)
  expect(bench.github.runs(bench.sha)).toEqual([])
})

test('exactly 65,535 bytes of summary and three full buttons are taken', async () => {
  const bench = await openBench()
  const full = { label: 'x'.repeat(20), identifier: 'y'.repeat(20), description: 'z'.repeat(40) }
  const summary = 'x'.repeat(65_535)
  const answer = await bench.create({
    actions: [full, full, full],
    output: { title: 't', summary },
  })
  expect(answer.status).toBe(201)
  expect(bench.github.violations).toEqual([])
})

test('bytes are refused in the words of the model layer', async () => {
  const bench = await openBench()
  const { body } = await bench.create({ output: { title: 'x', summary: 'é'.repeat(40_000) } })
  expect(body).toMatchObject({
    message: 'Validation Failed',
    errors: [{ resource: 'CheckRun', code: 'custom', field: 'summary' }],
  })
})

test('annotations of later requests are added to the earlier ones', async () => {
  const bench = await openBench()
  const annotations = Array.from({ length: 50 }, () => annotation)
  const { id } = (await bench.create({ output: { ...output, annotations } })).body
  await bench.update(id, { output: { summary: 's', annotations: [annotation] } })
  const page = await bench.ask(`GET ${runs}/${id}/annotations?per_page=40&page=2`)
  expect(page.body).toHaveLength(11)
  expect((await bench.ask(`GET ${runs}/${id}`)).body.output.annotations_count).toBe(51)
  expect(bench.github.violations).toEqual([])
})

test('a commit that is not there is refused', async () => {
  const bench = await openBench()
  const answer = await bench.create({ head_sha: 'f'.repeat(40) })
  expect(answer).toMatchObject({ status: 422 })
  expect(answer.body.message).toBe(`No commit found for SHA: ${'f'.repeat(40)}`)
})

test('buttons are never told: not in answers, not in webhooks', async () => {
  const bench = await openBench()
  const made = await bench.create({ actions: [button] })
  const [created] = await bench.webhooks('check_run.created')
  expect(made.body.actions).toBeUndefined()
  expect(created?.payload.check_run.actions).toBeUndefined()
  expect(bench.github.runs(bench.sha)[0]?.actions).toEqual([button])
})

test("another App's run can be read, not changed", async () => {
  const bench = await openBench()
  const foreign = { repository: 'acme/shop', sha: bench.sha, app: 'github-actions', name: 'lint' }
  const run = await bench.github.addForeignRun({ ...foreign, conclusion: 'success' })
  expect((await bench.ask(`GET ${runs}/${run.id}`)).status).toBe(200)
  const answer = await bench.update(run.id, { output })
  expect(answer.status).toBe(403)
  expect(answer.body.message).toContain('can only be modified by the GitHub App that created it')
  const [heard] = await bench.webhooks('check_run.created')
  expect(heard?.payload.check_run.app.slug).toBe('github-actions')
  expect(bench.github.violations).toEqual([])
})

test('the same name and external id make a second run; lists show the newest unless asked for all', async () => {
  const bench = await openBench()
  await bench.create({ external_id: 'same', conclusion: 'failure' })
  const second = await bench.create({ external_id: 'same' })
  await bench.create({ name: 'test' })
  const list = `GET /repos/acme/shop/commits/${bench.sha}/check-runs`
  const latest = await bench.ask(`${list}?check_name=build`)
  expect(latest.body).toMatchObject({ total_count: 1, check_runs: [{ id: second.body.id }] })
  expect((await bench.ask(list)).body.total_count).toBe(2)
  expect((await bench.ask(`${list}?filter=all`)).body.total_count).toBe(3)
  expect((await bench.ask(`${list}?filter=all&status=completed`)).body.total_count).toBe(1)
  expect((await bench.ask(`${list}?app_id=1`)).body.total_count).toBe(0)
  expect(bench.github.latestRuns(bench.sha).map((run) => run.name)).toEqual(['build', 'test'])
  expect(bench.github.violations).toEqual([])
})

test('lists go in pages with links to the others, and take branches for commits', async () => {
  const bench = await openBench()
  for (const name of ['a', 'b', 'c']) await bench.create({ name })
  const list = 'GET /repos/acme/shop/commits/main/check-runs'
  const first = await bench.ask(`${list}?per_page=2`)
  expect(first.body).toMatchObject({ total_count: 3, check_runs: [{ name: 'c' }, { name: 'b' }] })
  expect(first.headers.get('link')).toContain('page=2>; rel="next"')
  const second = await bench.ask(`${list}?per_page=2&page=2`)
  expect(second.body.check_runs).toMatchObject([{ name: 'a' }])
  expect(second.headers.get('link')).not.toContain('rel="next"')
})

test('a run is not asked for again through the API before it is completed', async () => {
  const bench = await openBench()
  const { id } = (await bench.create()).body
  expect((await bench.ask(`POST ${runs}/${id}/rerequest`)).status).toBe(422)
  await bench.update(id, { conclusion: 'failure' })
  expect((await bench.ask(`POST ${runs}/${id}/rerequest`)).status).toBe(201)
  const [asked] = await bench.webhooks('check_run.rerequested')
  expect(asked?.payload).toMatchObject({
    check_run: { id, status: 'completed', check_suite: { status: 'queued' } },
    sender: { login: 'sluice[bot]' },
  })
})

test('every request is on the log, with its name, answer and body', async () => {
  const bench = await openBench()
  await bench.create({ external_id: 'x' })
  expect(bench.github.requests.at(-1)).toMatchObject({
    method: 'POST',
    path: `/api/v3${runs}`,
    op: 'checks/create',
    status: 201,
    body: { external_id: 'x' },
  })
})
