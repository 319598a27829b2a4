import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { NewToken } from '../../src/ports/tokens.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { appEnvironment } from '../support/server-process.ts'
import { sluice } from '../support/sluice-command.ts'
import { databaseUrl } from '../support/stage.ts'
import { type System, startSystem } from '../support/system.ts'

const file = '.circleci/config.yml'
const timeout = { timeout: 20_000 }
const config = `version: 2.1
parameters:
  env: { type: string, default: dev }
  count: { type: integer, default: 1 }
jobs:
  build:
    machine: true
    steps: [{ run: 'echo "to << pipeline.parameters.env >> by << pipeline.trigger.type >>"' }]
  flaky:
    machine: true
    steps: [{ run: 'test $SLUICE_ATTEMPT -gt 1' }]
  slow: { machine: true, steps: [{ run: "sleep 600" }] }
workflows:
  ci: { jobs: [build] }
  release:
    when: { equal: [held, << pipeline.parameters.env >>] }
    jobs: [hold: { type: approval }, build: { requires: [hold] }]
  again:
    when: { equal: [flaky, << pipeline.parameters.env >>] }
    jobs: [flaky, build: { requires: [flaky] }]
  long:
    when: { equal: [slow, << pipeline.parameters.env >>] }
    jobs: [slow]
`

let database: TestDatabase
let system: System
let sha: string
let repositoryId: number
const tokens: Record<string, string> = {}

beforeAll(async () => {
  database = await testDatabase()
  system = await startSystem({ settings: { databaseUrl: databaseUrl(database) } })
  const shop = await system.repository('shop')
  sha = await shop.commit({ [file]: config })
  await shop.push('HEAD:main')
  const other = await system.repository('elsewhere')
  await other.commit({ [file]: config })
  await other.push('HEAD:main')
  const named = (name: string) => database.store.lookups.project('acme', name)
  const idOf = (name: string) =>
    vi.waitFor(async () => {
      const project = await named(name)
      if (!project) throw new Error(`${name} was not seen`)
      return project.repository.id
    }, timeout)
  repositoryId = await idOf('shop')
  // After `main`, whose checks then have the plain names.
  await shop.push('HEAD:dev')
  await shop.git('tag', '-a', 'v1', '-m', 'first')
  await shop.push('v1')
  const elsewhere = await idOf('elsewhere')
  const add = async (name: string, change: Partial<NewToken>) => {
    const usual = { name, role: 'operate', repositoryId: null, person: null } as const
    tokens[name] = (await database.store.tokens.create({ ...usual, ...change })) ?? ''
  }
  const person = ({ id, login }: { id: number; login: string }) => ({ id, login, type: 'User' })
  await add('reader', { role: 'read' })
  await add('operator', {})
  await add('bound', { repositoryId })
  await add('foreign', { repositoryId: elsewhere })
  await add('ann', { role: 'approve', person: person(system.ann) })
  await add('bob', { role: 'approve', person: person(system.bob) })
  await add('annOperates', { person: person(system.ann) })
  await add('unbound', { role: 'approve' })
}, 60_000)
afterAll(async () => {
  await system.close()
  await database.close()
})
afterEach(() => {
  const { violations } = system.standIn
  if (violations.length > 0) throw new Error(violations.join('\n'))
})

interface Call {
  readonly as?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

async function call(method: string, path: string, { as, body, headers = {} }: Call = {}) {
  const token = as === undefined ? {} : { 'circle-token': tokens[as] ?? as }
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${system.sluice.url}/api/v2${path}`, {
    method,
    headers: { ...token, ...headers },
    ...(text !== undefined && { body: text }),
  })
  const said = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, json: isJson ? JSON.parse(said) : said, response }
}
const get = async (path: string, as?: string) =>
  (await call('GET', path, as === undefined ? {} : { as })).json

const shop = '/project/gh/acme/shop'
const begin = async (env: string, as = 'operator') => {
  const { json, status } = await call('POST', `${shop}/pipeline`, {
    as,
    body: { branch: 'main', parameters: { env } },
  })
  expect(status).toBe(201)
  return json
}
/** The workflow of this name in a pipeline, its newest run. */
async function workflowOf(pipeline: string, name: string) {
  const find = async () =>
    (await get(`/pipeline/${pipeline}/workflow`)).items.find(
      (one: { name: string; superseded_by: unknown }) =>
        one.name === name && one.superseded_by === null,
    )
  await expect.poll(find, timeout).toBeTruthy()
  return find()
}
const statusOf = async (workflow: string) => (await get(`/workflow/${workflow}`)).status
const jobsOf = async (workflow: string) => (await get(`/workflow/${workflow}/job`)).items

describe('a trigger', () => {
  test('with parameters runs at the head of the branch and has checks of its own', async () => {
    const ended = () => Object.values(system.checks(sha)).every((one) => one === 'success')
    const names = () => Object.keys(system.checks(sha))
    await expect.poll(() => ended() && names().includes('sluice (tag v1)'), timeout).toBe(true)
    const before = system.checks(sha)
    const begun = await begin('prod')
    expect(begun).toMatchObject({ number: expect.any(Number), state: expect.any(String) })
    const { id } = await workflowOf(begun.id, 'ci')
    await expect.poll(() => statusOf(id), timeout).toBe('success')
    await expect
      .poll(() => system.checks(sha), timeout)
      .toEqual({ ...before, 'ci / build (on demand)': 'success', 'sluice (on demand)': 'success' })
    expect(await system.jobLog(sha, 'ci / build (on demand)')).toContain('to prod by api')
    const shape = await get(`${shop}/pipeline/${begun.number}`)
    expect(shape).toMatchObject({
      id: begun.id,
      state: 'created',
      trigger: { type: 'api', actor: { login: 'token operator' } },
      trigger_parameters: { env: 'prod' },
      vcs: { revision: sha, branch: 'main' },
    })
  })

  test('of an annotated tag runs at its commit', async () => {
    const { json } = await call('POST', `${shop}/pipeline`, { as: 'bound', body: { tag: 'v1' } })
    const shape = await get(`/pipeline/${json.id}`)
    expect(shape.vcs).toMatchObject({ tag: 'v1', revision: sha })
    await expect
      .poll(() => system.checks(sha)['sluice (on demand) (tag v1)'], timeout)
      .toBe('success')
  })

  test('as CircleCI’s pipeline/run has it', async () => {
    const body = { checkout: { branch: 'dev' }, config: { branch: 'dev' } }
    const { json, status } = await call('POST', `${shop}/pipeline/run`, { as: 'ann', body })
    expect(status).toBe(201)
    const shape = await get(`/pipeline/${json.id}`)
    expect(shape).toMatchObject({ vcs: { branch: 'dev' }, trigger: { actor: { login: 'ann' } } })
    const unlike = { checkout: { branch: 'dev' }, config: { branch: 'main' } }
    const refused = await call('POST', `${shop}/pipeline/run`, { as: 'ann', body: unlike })
    expect(refused.status).toBe(400)
  })

  test('whose parameters have wrong types or names makes a pipeline that says so', async () => {
    const body = { parameters: { count: 'many', nope: 1 } }
    const { json } = await call('POST', `${shop}/pipeline`, { as: 'operator', body })
    const errors = async () => JSON.stringify((await get(`/pipeline/${json.id}`)).errors)
    await expect.poll(errors, timeout).toMatch(/unexpected argument\(s\): nope/)
    expect(await errors()).toMatch(/count was given/)
    expect((await get(`/pipeline/${json.id}`)).state).toBe('errored')
    const onDemand = () => system.check(sha, 'sluice (on demand)').conclusion
    await expect.poll(onDemand, timeout).toBe('failure')
    // Told anew, the check of the push still speaks of the push.
    await system.standIn.ui.rerun(system.check(sha, 'ci / build').id, 'ann')
    const ofPush = () => system.check(sha, 'sluice')
    await expect
      .poll(() => `${ofPush().conclusion} ${ofPush().summary}`, timeout)
      .toMatch(/^success .*asked for a re-run/s)
  })

  test('that is repeated with its key happens once; another caller’s key is another one', async () => {
    const again = { headers: { 'idempotency-key': randomUUID() }, body: {} }
    const post = (as: string) => call('POST', `${shop}/pipeline`, { as, ...again })
    const [first, second] = await Promise.all([post('operator'), post('operator')])
    expect(first.json.id).toBe(second.json.id)
    expect((await post('bound')).json.id).not.toBe(first.json.id)
  })

  test.each([
    ['no token', undefined, 401, /takes a token/],
    ['a wrong token', `sluice_${'0'.repeat(32)}_${'x'.repeat(43)}`, 401, /wrong or was revoked/],
    ['a token that only reads', 'reader', 403, /may only read/],
    ['a token of another repository', 'foreign', 404, /no such project/],
    ['a token of a person who may only read', 'bob', 403, /bob has read access/],
  ])('with %s begins nothing', async (_name, as, status, says) => {
    const count = async () => (await get(`${shop}/pipeline`)).items[0].number
    const before = await count()
    const answer = await call('POST', `${shop}/pipeline`, { body: {}, ...(as && { as }) })
    expect(answer.status).toBe(status)
    expect(answer.json.message).toMatch(says)
    expect(await count()).toBe(before)
  })

  test.each([
    ['a branch and a tag', { branch: 'main', tag: 'v1' }, 400],
    ['a branch that is not there', { branch: 'nope' }, 404],
    ['a tag that is not there', { tag: 'nope' }, 404],
    ['a branch that climbs', { branch: '../../orgs' }, 400],
    ['a branch that is no text', { branch: 7 }, 400],
    ['a branch with a line end', { branch: 'a\nb' }, 400],
    ['a list of parameters', { parameters: [] }, 400],
    ['a parameter that is an object', { parameters: { env: {} } }, 400],
    [
      'a hundred and one parameters',
      { parameters: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`p${n}`, n])) },
      400,
    ],
    ['a body that is a list', [], 400],
    ['no JSON', '{', 400],
    ['a body of 2 MB', 'x'.repeat(2_000_000), 413],
  ])('of %s is refused', async (_name, body, status) => {
    const answer = await call('POST', `${shop}/pipeline`, { as: 'operator', body })
    expect(answer.status).toBe(status)
    expect(answer.json.message).toEqual(expect.any(String))
  })

  test.each([
    'gh/acme/nope',
    'bb/acme/shop',
    'gh/%2e%2e/shop',
    'gh/acme/sh%00op',
    `gh/acme/${'x'.repeat(500)}`,
    "gh/acme/'--",
  ])('of the slug %s finds no project', async (slug) => {
    expect((await call('POST', `/project/${slug}/pipeline`, { as: 'operator' })).status).toBe(404)
    expect((await call('GET', `/project/${slug}/pipeline`)).status).toBe(404)
  })
})

describe('an approval', () => {
  test('takes a token that acts for a person, and follows that person’s rights', async () => {
    const { id } = await begin('held')
    const workflow = await workflowOf(id, 'release')
    await expect.poll(() => statusOf(workflow.id), timeout).toBe('on_hold')
    const held = (await jobsOf(workflow.id)).find((one: { name: string }) => one.name === 'hold')
    expect(held).toMatchObject({ type: 'approval', approval_request_id: held.id })
    const path = `/workflow/${workflow.id}/approve/${held.approval_request_id}`
    for (const as of ['operator', 'unbound', 'annOperates'])
      expect((await call('POST', path, { as })).status).toBe(403)
    expect((await call('POST', path, { as: 'foreign' })).status).toBe(403)
    expect((await call('POST', path)).status).toBe(401)
    const other = `/workflow/${workflow.id}/approve/${randomUUID()}`
    expect((await call('POST', other, { as: 'ann' })).status).toBe(404)

    expect((await call('POST', path, { as: 'bob' })).status).toBe(202)
    const said = () => system.check(sha, 'release / hold (on demand)').summary
    await expect.poll(said, timeout).toMatch(/bob asked to approve: .*nothing changed/)
    expect(await statusOf(workflow.id)).toBe('on_hold')

    expect((await call('POST', path, { as: 'ann' })).status).toBe(202)
    await expect.poll(() => statusOf(workflow.id), timeout).toBe('success')
    const [decided] = (await jobsOf(workflow.id)).filter(
      (one: { id: string }) => one.id === held.id,
    )
    expect(decided).toMatchObject({ status: 'success', approved_by: 'ann' })
    expect((await call('POST', path, { as: 'ann' })).status).toBe(409)
  })
})

describe('cancel and re-run', () => {
  test('a workflow is canceled by its id, once', async () => {
    const { id } = await begin('slow')
    const workflow = await workflowOf(id, 'long')
    const path = `/workflow/${workflow.id}/cancel`
    expect((await call('POST', path)).status).toBe(401)
    expect((await call('POST', path, { as: 'reader' })).status).toBe(403)
    expect((await call('POST', path, { as: 'foreign' })).status).toBe(404)
    expect((await call('POST', path, { as: 'operator' })).status).toBe(202)
    await expect.poll(() => statusOf(workflow.id), timeout).toBe('canceled')
    expect((await call('POST', path, { as: 'operator' })).status).toBe(409)
    expect(await statusOf((await workflowOf(id, 'ci')).id)).toBe('success')
  })

  test('a job is canceled by its number or its id', async () => {
    for (const by of ['number', 'id'] as const) {
      const { id } = await begin('slow')
      const workflow = await workflowOf(id, 'long')
      const numbered = async () => (await jobsOf(workflow.id))[0]
      await expect.poll(async () => (await numbered()).job_number, timeout).not.toBeNull()
      const job = await numbered()
      const path = by === 'id' ? `/jobs/${job.id}/cancel` : `${shop}/job/${job.job_number}/cancel`
      expect((await call('POST', path)).status).toBe(401)
      expect((await call('POST', path, { as: 'foreign' })).status).toBe(404)
      expect((await call('POST', path, { as: 'annOperates' })).status).toBe(202)
      await expect.poll(() => statusOf(workflow.id), timeout).toBe('canceled')
      expect((await call('POST', path, { as: 'operator' })).status).toBe(409)
    }
  })

  test('a re-run from failed keeps what succeeded and has the id that was told', async () => {
    const { id } = await begin('flaky')
    const workflow = await workflowOf(id, 'again')
    await expect.poll(() => statusOf(workflow.id), timeout).toBe('failed')
    const path = `/workflow/${workflow.id}/rerun`
    const refused: readonly (readonly [unknown, number])[] = [
      [{ enable_ssh: true }, 400],
      [{ sparse_tree: true }, 400],
      [{ jobs: [], from_failed: false }, 400],
      [{ jobs: [randomUUID()] }, 404],
      [{ jobs: [randomUUID()], from_failed: true }, 400],
      [{ from_failed: 'yes' }, 400],
    ]
    for (const [body, status] of refused)
      expect((await call('POST', path, { as: 'operator', body })).status).toBe(status)
    expect((await call('POST', path, { as: 'reader', body: {} })).status).toBe(403)
    const { json, status } = await call('POST', path, { as: 'bound', body: { from_failed: true } })
    expect(status).toBe(202)
    const next = async () => (await call('GET', `/workflow/${json.workflow_id}`)).json.status
    await expect.poll(next, timeout).toBe('success')
    expect((await call('POST', path, { as: 'operator' })).json.message).toContain(json.workflow_id)
  })

  test('one job alone runs again, what depends on it keeps its result', async () => {
    const { id } = await begin('held')
    const workflow = await workflowOf(id, 'ci')
    await expect.poll(() => statusOf(workflow.id), timeout).toBe('success')
    const [job] = await jobsOf(workflow.id)
    const body = { jobs: [job.id] }
    const path = `/workflow/${workflow.id}/rerun`
    const { json } = await call('POST', path, { as: 'operator', body })
    const next = async () => (await call('GET', `/workflow/${json.workflow_id}/job`)).json.items
    await expect.poll(async () => (await next())?.[0].status, timeout).toBe('success')
    expect((await next())[0]).toMatchObject({ attempt: 2 })
  })
})

describe('reads', () => {
  test('pages of pipelines neither repeat nor leave out any while new ones come', async () => {
    for (let n = 0; n < 25; n++) await begin('dev')
    const first = await get(`${shop}/pipeline`)
    expect(first.items).toHaveLength(20)
    await begin('dev')
    const second = await get(`${shop}/pipeline?page-token=${first.next_page_token}`)
    const numbers = [...first.items, ...second.items].map(({ number }) => number)
    const newest = numbers[0]
    expect(numbers).toEqual(numbers.map((_, index) => newest - index))
    expect((await call('GET', `${shop}/pipeline?page-token=nonsense`)).status).toBe(400)
    const dev = await get(`${shop}/pipeline?branch=dev`)
    expect(dev.items.every((one: { vcs: { branch: string } }) => one.vcs.branch === 'dev')).toBe(
      true,
    )
  }, 60_000)

  test('a job’s steps and its log, whole and by ranges of bytes', async () => {
    const { id } = await begin('prod')
    const workflow = await workflowOf(id, 'ci')
    await expect.poll(() => statusOf(workflow.id), timeout).toBe('success')
    const [job] = await jobsOf(workflow.id)
    const detail = await get(`${shop}/job/${job.job_number}`)
    expect(detail).toMatchObject({ id: job.id, status: 'success', pipeline: { id } })
    const { items } = await get(`${shop}/job/${job.job_number}/steps`)
    const step = items.find((one: { type: string }) => one.type === 'run')
    const path = new URL(step.log_url).pathname.replace('/api/v2', '')
    const whole = await get(path)
    expect(whole).toContain('to prod by api')
    const part = await call('GET', path, { headers: { range: 'bytes=3-6' } })
    expect(part).toMatchObject({ status: 206, json: whole.slice(3, 7) })
    expect(part.response.headers.get('content-range')).toBe(`bytes 3-6/${whole.length}`)
    const end = await call('GET', path, { headers: { range: 'bytes=-4' } })
    expect(end.json).toBe(whole.slice(-4))
    const beyond = await call('GET', path, { headers: { range: 'bytes=999999-' } })
    expect(beyond.status).toBe(416)
    expect((await get(`${shop}/${job.job_number}/artifacts`)).items).toEqual([])
    expect((await get(`${shop}/${job.job_number}/tests`)).items).toEqual([])
    for (const foreign of [`/jobs/${job.id}/steps`, `/workflow/${workflow.id}`, `/pipeline/${id}`])
      expect((await call('GET', foreign, { as: 'foreign' })).status).toBe(404)
  })

  test('what is not there is 404 in JSON, and a wrong token is refused where none is needed', async () => {
    const paths = [
      '/pipeline/x',
      `/workflow/${randomUUID()}`,
      `${shop}/job/0`,
      '/nope',
      `${shop}/pipeline/99999`,
    ]
    for (const path of paths)
      expect(await call('GET', path)).toMatchObject({
        status: 404,
        json: { message: expect.any(String) },
      })
    expect((await call('GET', `${shop}/pipeline`, { as: 'sluice_wrong' })).status).toBe(401)
    expect(await get('/me', 'ann')).toMatchObject({ login: 'ann', role: 'approve' })
    expect((await call('GET', '/me')).status).toBe(401)
    const bearer = { headers: { authorization: `Bearer ${tokens['reader']}` } }
    expect((await call('GET', '/me', bearer)).json).toMatchObject({ name: 'reader' })
  })
})

describe('while new work is blocked', () => {
  const path = `${shop}/block`
  test('the API, pushes and re-runs are refused, and a push can be begun afterwards', async () => {
    expect((await call('POST', path, { as: 'ann', body: {} })).status).toBe(403)
    expect((await call('POST', '/block', { as: 'bound', body: {} })).status).toBe(403)
    expect((await call('POST', path, { as: 'bound', body: { reason: 'it moves' } })).status).toBe(
      200,
    )
    const refused = await call('POST', `${shop}/pipeline`, { as: 'operator', body: {} })
    expect(refused).toMatchObject({ status: 409 })
    expect(refused.json.message).toContain('blocked for acme/shop (it moves)')
    const copy = await system.repository('moving')
    await call('POST', '/block', { as: 'operator', body: { reason: 'all stops' } })
    const pushed = await copy.commit({ [file]: config })
    await copy.push('HEAD:main')
    await expect.poll(() => system.checks(pushed), timeout).toEqual({ sluice: 'failure' })
    expect(system.check(pushed, 'sluice').title).toContain('new work is blocked')
    expect((await get('/block', 'operator')).items).toMatchObject([
      { kind: 'server' },
      { kind: 'project' },
    ])
    expect((await call('DELETE', '/block', { as: 'operator' })).status).toBe(200)
    expect((await call('DELETE', path, { as: 'operator' })).status).toBe(200)
    expect((await call('DELETE', path, { as: 'operator' })).status).toBe(404)
    await system.click(pushed, 'sluice', 'rerun-all')
    await expect
      .poll(() => system.checks(pushed), timeout)
      .toEqual({ sluice: 'success', 'ci / build': 'success' })
    const newest = await copy.commit({ 'a.txt': 'a' }, 'Skip me [skip ci]')
    await copy.push('HEAD:main')
    await system.click(pushed, 'sluice', 'new-run', 'bob')
    await expect
      .poll(() => system.check(pushed, 'sluice').summary, timeout)
      .toContain('bob has read')
    expect(system.checks(newest)).toEqual({})
    await system.click(pushed, 'sluice', 'new-run')
    await expect
      .poll(() => system.checks(newest), timeout)
      .toEqual({ 'sluice (on demand)': 'success', 'ci / build (on demand)': 'success' })
  })
})

describe('the command line', () => {
  const env = () => ({
    DATABASE_URL: databaseUrl(database),
    LOG_LEVEL: 'warn',
    ...appEnvironment(system.standIn, system.directory),
  })
  const command = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    sluice(words, { env: { ...env(), ...more } })

  test('makes, lists and revokes tokens, and triggers with one until the end', async () => {
    const words = ['token', 'create', 'laptop', '--role', 'operate', '--project', 'acme/shop']
    const made = await command([...words, '--person', 'ann'])
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(await command(words)).toMatchObject({ code: 1, out: '' })
    const listed = await command(['token', 'list'])
    expect(listed.out).toMatch(
      /^laptop {2}operate {2}acme\/shop {2}as ann {2}created .* never used$/m,
    )
    expect(listed.out).not.toContain(made.out.trim().slice(-43))
    const server = { SLUICE_TOKEN: made.out.trim(), SLUICE_PUBLIC_URL: system.sluice.url }
    const good = await command(['trigger', 'acme/shop', '--param', 'count=2', '--wait'], server)
    expect(good).toMatchObject({ code: 0, err: '' })
    expect(good.out).toMatch(/^pipeline \d+: http.*\n(?:.*\n)*ci: success\n$/)
    const failed = ['trigger', 'acme/shop', '--param', 'env=flaky', '--wait', '--branch', 'main']
    expect(await command(failed, server)).toMatchObject({ code: 1 })
    const wrong = await command(['trigger', 'acme/shop', '--param', 'count=x', '--wait'], server)
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('count was given') })
    const foreign = await command(['trigger', 'acme/elsewhere'], server)
    expect(foreign).toMatchObject({ code: 1, err: expect.stringContaining('no such project') })
    expect(await command(['token', 'revoke', 'laptop'])).toMatchObject({ code: 0 })
    expect(await command(['trigger', 'acme/shop'], server)).toMatchObject({ code: 1 })
  }, 120_000)

  test('says what is wrong with a call', async () => {
    const calls: readonly (readonly [readonly string[], number])[] = [
      [['token', 'create', 'x', '--role', 'approve'], 2],
      [['token', 'create', 'x', '--project', 'acme/unknown'], 1],
      [['token', 'create', 'x', '--person', 'nobody-of-this-name'], 1],
      [['token', 'revoke', 'x'], 1],
      [['trigger', 'acme/shop'], 2],
      [['trigger', 'acme/shop', '--branch', 'a', '--tag', 'b', '--token', 't'], 2],
      [['trigger', 'acme/shop', '--token', 't', '--server', 'http://127.0.0.1:1'], 3],
      [['unblock'], 2],
      [['unblock', '--server'], 1],
    ]
    for (const [words, code] of calls) {
      const ended = await command(words)
      expect(ended, words.join(' ')).toMatchObject({ code, out: '' })
      expect(ended.err).not.toBe('')
    }
  }, 120_000)

  test('blocks new work and lets it begin again', async () => {
    const where = ['--project', 'acme/shop']
    expect(await command(['block', ...where, '--reason', 'a move'])).toMatchObject({ code: 0 })
    expect((await command(['block'])).out).toContain('new work is blocked for acme/shop (a move)')
    const refused = await call('POST', `${shop}/pipeline`, { as: 'operator', body: {} })
    expect(refused.status).toBe(409)
    expect(await command(['unblock', ...where])).toMatchObject({ code: 0 })
    expect(await command(['block'])).toMatchObject({ code: 0, out: '' })
  }, 60_000)
})

test('wrong tokens are bounded, and nobody whose token was right is shut out', async () => {
  expect((await call('GET', '/me', { as: 'reader' })).status).toBe(200)
  const wrong = () => call('GET', '/me', { as: `sluice_${randomUUID()}` })
  const answers = await Promise.all(Array.from({ length: 40 }, wrong))
  expect(answers.some(({ status }) => status === 401)).toBe(true)
  const { status, response } = await wrong()
  expect(status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await call('GET', '/me', { as: 'reader' })).status).toBe(200)
})

test('a token that was revoked is good for nothing', async () => {
  expect(await database.store.tokens.revoke('reader')).toBe(true)
  expect(await database.store.tokens.revoke('reader')).toBe(false)
  expect((await call('GET', '/me', { as: 'reader' })).status).toBe(401)
  const [row] = await database.query<{ row: string }>(
    'select api_token::text as row from api_token',
  )
  for (const token of Object.values(tokens)) expect(row?.row).not.toContain(token.slice(-43))
})
