import nock from 'nock'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createGitHubPort } from '../../src/github/app.ts'
import { GitHubUnavailable } from '../../src/ports/github.ts'
import { ann, fakeSha, repository } from '../support/builders.ts'
import { fakeReach } from '../support/fake-reach.ts'
import { appSettings } from '../support/github-app.ts'
import { api, interceptGitHub, releaseGitHub } from '../support/nock-github.ts'

const gitHub = () => createGitHubPort(appSettings, systemClock, fakeReach)
const sha = fakeSha('a')
const file = '/repos/acme/shop/contents/.circleci%2Fconfig.yml'

beforeEach(interceptGitHub)
afterEach(releaseGitHub)

describe('reading a file', () => {
  const read = () => gitHub().readFile(repository, sha, '.circleci/config.yml')
  const raw = { 'content-type': 'application/vnd.github.raw; charset=utf-8' }
  const answers = (
    status: number,
    body: nock.Body,
    headers: nock.ReplyHeaders = status === 200 ? raw : {},
  ) =>
    nock(api, { reqheaders: { accept: 'application/vnd.github.v3.raw' } })
      .get(file)
      .query({ ref: sha })
      .reply(status, body, headers)
  const commit = (status: number) =>
    nock(api)
      .get(`/repos/acme/shop/commits/${sha}`)
      .query({ per_page: 1 })
      .reply(status, status === 200 ? { sha } : { message: 'Not Found' })

  test('gives its text', async () => {
    answers(200, 'version: 2.1 # ü\n')
    expect(await read()).toBe('version: 2.1 # ü\n')
  })
  test('gives its text also where GitHub calls it bytes', async () => {
    answers(200, 'version: 2.1\n', { 'content-type': 'application/octet-stream' })
    expect(await read()).toBe('version: 2.1\n')
  })
  test('an empty file is empty, not missing', async () => {
    answers(200, '')
    expect(await read()).toBe('')
  })
  test('a folder of that name is no file', async () => {
    answers(200, [{ type: 'file' }], { 'content-type': 'application/json' })
    expect(await read()).toBeNull()
  })
  test('a file that the commit does not have is null', async () => {
    answers(404, { message: 'Not Found' })
    commit(200)
    expect(await read()).toBeNull()
  })
  test.each([404, 403, 500])(
    'a commit that cannot be seen (%d) is no missing file',
    async (status) => {
      answers(404, { message: 'Not Found' })
      commit(status)
      await expect(read()).rejects.toThrow(GitHubUnavailable)
    },
  )
  test('a missing permission is no missing file', async () => {
    answers(403, { message: 'Resource not accessible by integration' })
    await expect(read()).rejects.toThrow(/cannot read .* Resource not accessible .*\(403\)/)
  })
  test('a limit says how long to wait', async () => {
    answers(429, { message: 'slow down' }, { 'retry-after': '7' })
    await expect(read()).rejects.toMatchObject({ name: 'GitHubUnavailable', retryAfterMs: 7000 })
  })
  test('more than 10 MB are refused', async () => {
    answers(200, 'x'.repeat(11 * 1024 * 1024))
    await expect(read()).rejects.toThrow('larger than 10 MB')
  })
  test('nothing is retried here: those who ask know better when', async () => {
    answers(502, 'bad gateway')
    await expect(read()).rejects.toThrow(GitHubUnavailable)
  })
})

describe('reading a file that is rare', () => {
  const read = (path = '.circleci/sluice.yml') =>
    gitHub().readFile(repository, sha, path, { rare: true })
  const answers = (path: string, status: number, body: nock.Body) =>
    nock(api)
      .get(`/repos/acme/shop/contents/${encodeURIComponent(path)}`)
      .query({ ref: sha })
      .reply(status, body)
  const commit = (status: number) =>
    nock(api).get(`/repos/acme/shop/commits/${sha}`).query({ per_page: 1 }).reply(status, { sha })
  const named = (name: string) => ({ type: 'file', name })

  test('takes one request where it is not', async () => {
    answers('.circleci', 200, [named('config.yml'), named('not-sluice.yml')])
    expect(await read()).toBeNull()
  })
  test('gives its text where its folder has it', async () => {
    answers('.circleci', 200, [named('config.yml'), named('sluice.yml')])
    answers('.circleci/sluice.yml', 200, 'forks: never\n')
    expect(await read()).toBe('forks: never\n')
  })
  test('a folder of more files than GitHub lists may have it', async () => {
    const listed = Array.from({ length: 1000 }, (_, at) => named(`a${at}`))
    answers('.circleci', 200, listed)
    answers('.circleci/sluice.yml', 200, 'forks: never\n')
    expect(await read()).toBe('forks: never\n')
  })
  test('without the folder there is no file', async () => {
    answers('.circleci', 404, { message: 'Not Found' })
    commit(200)
    expect(await read()).toBeNull()
  })
  test('a folder that cannot be seen is no missing file', async () => {
    answers('.circleci', 404, { message: 'Not Found' })
    commit(404)
    await expect(read()).rejects.toThrow(GitHubUnavailable)
  })
  test('a file in place of the folder has no file in it', async () => {
    answers('.circleci', 200, { type: 'file', name: '.circleci', content: '' })
    expect(await read()).toBeNull()
  })
  test('beside all that a repository has it is asked for itself', async () => {
    answers('sluice.yml', 200, 'forks: never\n')
    expect(await read('sluice.yml')).toBe('forks: never\n')
  })
})

describe('the head of a branch', () => {
  const head = (branch = 'main') => gitHub().head(repository, branch)
  const answers = (status: number, body: nock.Body, branch = 'main') =>
    nock(api)
      .get(`/repos/acme/shop/branches/${encodeURIComponent(branch)}`)
      .reply(status, body)
  const repositoryAnswers = (status: number) =>
    nock(api).get('/repos/acme/shop').reply(status, { id: repository.id, message: 'x' })
  const tip = {
    sha,
    html_url: `https://github.com/acme/shop/commit/${sha}`,
    author: { login: 'ann' },
    commit: {
      message: 'Add a shop\n\nWith doors.\n',
      author: { name: 'Ann', email: 'ann@example.org' },
    },
  }

  test('is a commit with all that a config can ask of it', async () => {
    answers(200, { name: 'feat/x', commit: tip }, 'feat/x')
    expect(await head('feat/x')).toEqual({
      sha,
      subject: 'Add a shop',
      body: 'With doors.\n',
      url: tip.html_url,
      authorName: 'Ann',
      authorEmail: 'ann@example.org',
      authorLogin: 'ann',
    })
  })
  test('is a commit also where nobody at GitHub is its author', async () => {
    answers(200, { name: 'main', commit: { sha, author: null, commit: { author: null } } })
    expect(await head()).toMatchObject({ sha, subject: '', authorName: '', authorLogin: null })
  })
  test('is null where only the branch is missing', async () => {
    answers(404, { message: 'Branch not found' })
    repositoryAnswers(200)
    expect(await head()).toBeNull()
  })
  test('is null where the branch has another name by now', async () => {
    answers(200, { name: 'trunk', commit: tip })
    expect(await head()).toBeNull()
  })
  test.each([404, 403, 500])(
    'is not null where the repository cannot be seen (%d)',
    async (status) => {
      answers(404, { message: 'Not Found' })
      repositoryAnswers(status)
      await expect(head()).rejects.toThrow(GitHubUnavailable)
    },
  )
  test('is not known when GitHub names no commit', async () => {
    answers(200, { name: 'main', commit: { sha: '0'.repeat(40) } })
    await expect(head()).rejects.toThrow(/GitHub named no commit/)
  })
  test('a limit says how long to wait', async () => {
    nock(api)
      .get('/repos/acme/shop/branches/main')
      .reply(429, { message: 'slow down' }, { 'retry-after': '7' })
    await expect(head()).rejects.toMatchObject({ name: 'GitHubUnavailable', retryAfterMs: 7000 })
  })
})

describe('asking for a permission', () => {
  const ask = () => gitHub().permission(repository, ann)
  const answers = (status: number, body: nock.Body) =>
    nock(api).get('/repos/acme/shop/collaborators/ann/permission').reply(status, body)
  const may = (permission: string, role_name: string, id = ann.id) =>
    answers(200, { permission, role_name, user: { id, login: 'ann' } })

  test.each([
    ['admin', 'admin', 'admin'],
    ['write', 'maintain', 'write'],
    ['maintain', 'maintain', 'write'],
    ['read', 'triage', 'read'],
    ['write', 'deployer', 'write'],
    ['none', 'none', 'none'],
    ['emperor', 'emperor', 'none'],
  ])('%s as %s is %s', async (permission, role, level) => {
    may(permission, role)
    expect(await ask()).toEqual({ level, role })
  })
  test('somebody else who took over the login has nothing', async () => {
    may('admin', 'admin', 999)
    expect(await ask()).toEqual({ level: 'none', role: 'none' })
  })
  test('an unknown person has nothing', async () => {
    answers(404, { message: 'Not Found' })
    expect(await ask()).toEqual({ level: 'none', role: 'none' })
  })
  test('no answer is no permission, and says so', async () => {
    answers(500, 'oops')
    await expect(ask()).rejects.toThrow(GitHubUnavailable)
  })
})

describe('asking for a team', () => {
  const ask = () => gitHub().inTeam(repository, 'ops', ann)
  const membership = (status: number, body: nock.Body) =>
    nock(api).get('/orgs/acme/teams/ops/memberships/ann').reply(status, body)
  const user = (id: number) => nock(api).get('/users/ann').reply(200, { id, login: 'ann' })

  test('a member is in it', async () => {
    membership(200, { state: 'active', role: 'member' })
    user(ann.id)
    expect(await ask()).toBe(true)
  })
  test('somebody who was only invited is not', async () => {
    membership(200, { state: 'pending', role: 'member' })
    expect(await ask()).toBe(false)
  })
  test('somebody else who took over the login is not', async () => {
    membership(200, { state: 'active', role: 'member' })
    user(999)
    expect(await ask()).toBe(false)
  })
  test('nobody is in a team that is not there', async () => {
    membership(404, { message: 'Not Found' })
    expect(await ask()).toBe(false)
  })
  test.each([403, 500])('no answer (%d) is no membership, and says so', async (status) => {
    membership(status, { message: 'oops' })
    await expect(ask()).rejects.toThrow(GitHubUnavailable)
  })
})

describe('access for a clone', () => {
  const token = (text: string, minutes: number) =>
    nock(api, { reqheaders: { authorization: /^bearer / } })
      .post('/app/installations/5/access_tokens', {
        repository_ids: [repository.id],
        permissions: { contents: 'read' },
      })
      .reply(201, {
        token: text,
        expires_at: new Date(Date.now() + minutes * 60_000).toISOString(),
      })
  beforeEach(() => {
    nock.cleanAll()
  })

  test('is a token for this repository that can only read, and an address without it', async () => {
    token('ghs_one', 60)
    expect(await gitHub().cloneAccess(repository)).toMatchObject({
      url: 'https://github.com/acme/shop.git',
      token: 'ghs_one',
    })
  })
  test('is shared by all who ask while it lasts', async () => {
    token('ghs_one', 60)
    const port = gitHub()
    const all = await Promise.all(Array.from({ length: 20 }, () => port.cloneAccess(repository)))
    expect(new Set([...all, await port.cloneAccess(repository)].map((one) => one.token))).toEqual(
      new Set(['ghs_one']),
    )
  })
  test('is asked for again before it ends', async () => {
    token('ghs_one', 10)
    token('ghs_two', 60)
    const port = gitHub()
    await port.cloneAccess(repository)
    expect((await port.cloneAccess(repository)).token).toBe('ghs_two')
  })
  test('that failed is asked for again', async () => {
    nock(api).post('/app/installations/5/access_tokens').reply(500, 'oops')
    token('ghs_two', 60)
    const port = gitHub()
    await expect(port.cloneAccess(repository)).rejects.toThrow('cannot get access to acme/shop')
    expect((await port.cloneAccess(repository)).token).toBe('ghs_two')
  })
})

test('an App id or key that is refused is told like every other failure', async () => {
  nock.cleanAll()
  nock(api).post('/app/installations/5/access_tokens').reply(401, { message: 'Bad credentials' })
  await expect(gitHub().permission(repository, ann)).rejects.toThrow(/Bad credentials \(401\)/)
})
