import { get } from 'node:http'
import { expect, test } from 'vitest'
import { git } from './support/git.ts'
import { ask, installationToken, openLab } from './support/github.ts'

const openBench = async () => {
  const lab = await openLab()
  const sha = await lab.push({
    'a.txt': 'one',
    '.circleci/config.yml': 'version: 2.1\n',
    'é/b c.txt': 'x',
  })
  const token = await installationToken(lab.github)
  const asked = (path: string) => ask(lab.github, token, `GET ${path}`)
  return { ...lab, sha, token, ask: asked }
}

test('a route that GitHub does not have is a 404 and a violation', async () => {
  const bench = await openBench()
  expect((await bench.ask('/repos/acme/shop/checkruns')).status).toBe(404)
  expect(bench.github.violations).toEqual([expect.stringContaining('/repos/acme/shop/checkruns')])
})

test.each([
  ['a number that is none', '/repos/acme/shop/check-runs/abc'],
  ['an unknown parameter', '/repos/acme/shop/branches?pagesize=3'],
  ['a filter that does not exist', '/repos/acme/shop/commits/main/check-runs?filter=newest'],
])('%s is refused and goes on record', async (_, path) => {
  const bench = await openBench()
  expect((await bench.ask(path)).status).toBe(422)
  expect(bench.github.violations).toHaveLength(1)
})

test('a body that is no JSON is refused', async () => {
  const bench = await openBench()
  const answer = await fetch(`${bench.github.url}/api/v3/repos/acme/shop/check-runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.token}` },
    body: '{',
  })
  expect(answer.status).toBe(400)
  expect(bench.github.violations).toHaveLength(1)
})

test('a file comes as base64 in lines, at a branch, a tag, a commit or the default branch', async () => {
  const bench = await openBench()
  await git(bench.clone, 'push', '-q', 'origin', 'HEAD:refs/tags/v1')
  for (const query of ['', '?ref=main', '?ref=v1', `?ref=${bench.sha}`, '?ref=refs/heads/main']) {
    const { body } = await bench.ask(`/repos/acme/shop/contents/.circleci/config.yml${query}`)
    expect(body).toMatchObject({ type: 'file', encoding: 'base64', path: '.circleci/config.yml' })
    expect(Buffer.from(body.content, 'base64').toString()).toBe('version: 2.1\n')
  }
  expect(bench.github.violations).toEqual([])
})

test('paths may be encoded as one segment, and hold spaces and umlauts', async () => {
  const bench = await openBench()
  const path = `/repos/acme/shop/contents/${encodeURIComponent('é/b c.txt')}`
  expect((await bench.ask(path)).body.name).toBe('b c.txt')
})

test('the raw media type answers the bytes themselves', async () => {
  const bench = await openBench()
  const answer = await fetch(`${bench.github.url}/api/v3/repos/acme/shop/contents/a.txt`, {
    headers: { authorization: `Bearer ${bench.token}`, accept: 'application/vnd.github.raw+json' },
  })
  expect(await answer.text()).toBe('one')
})

test('a folder comes as a list of its entries', async () => {
  const bench = await openBench()
  const { body } = await bench.ask('/repos/acme/shop/contents/.circleci')
  expect(body).toMatchObject([{ name: 'config.yml', type: 'file', path: '.circleci/config.yml' }])
  expect(bench.github.violations).toEqual([])
})

test.each([
  '/repos/acme/shop/contents/missing.yml',
  '/repos/acme/shop/contents/a.txt/under-a-file',
  '/repos/acme/shop/contents/..%2F..%2Fetc%2Fpasswd',
  '/repos/acme/shop/contents/.%2Fa.txt',
  '/repos/acme/shop/contents/a.txt?ref=nowhere',
  '/repos/acme/shop/contents/a.txt?ref=main%5E%7Btree%7D',
  '/repos/acme/shop/contents/a%0Ab.txt',
  '/repos/acme/none',
  '/repos/acme/shop/branches/none',
  '/repos/acme/shop/git/ref/heads/none',
  '/repos/acme/shop/check-runs/1',
  '/repos/acme/shop/pulls/7',
  '/users/nobody',
])('%s is not found, and that is no violation', async (path) => {
  const bench = await openBench()
  expect((await bench.ask(path)).status).toBe(404)
  expect((await bench.ask('/repos/acme/shop/contents/a.txt')).status).toBe(200)
  expect(bench.github.violations).toEqual([])
})

test('an empty repository has no commits, branches or files', async () => {
  const { github } = await openLab()
  const token = await installationToken(github)
  expect((await ask(github, token, 'GET /repos/acme/shop/contents/a.txt')).status).toBe(404)
  expect((await ask(github, token, 'GET /repos/acme/shop/branches')).body).toEqual([])
  expect((await ask(github, token, 'GET /repos/acme/shop/commits/main')).status).toBe(422)
})

test('commits, branches and refs say what git says', async () => {
  const bench = await openBench()
  const second = await bench.push({ 'a.txt': 'two' }, 'second', 'feature/x')
  const commit = await bench.ask('/repos/acme/shop/commits/feature%2Fx')
  expect(commit.body).toMatchObject({
    sha: second,
    parents: [{ sha: bench.sha }],
    commit: { message: 'second', author: { name: 'Ann', email: 'ann@example.com' } },
  })
  const branches = await bench.ask('/repos/acme/shop/branches')
  expect(branches.body).toMatchObject([
    { name: 'feature/x', commit: { sha: second } },
    { name: 'main', commit: { sha: bench.sha } },
  ])
  const branch = await bench.ask('/repos/acme/shop/branches/feature%2Fx')
  expect(branch.body).toMatchObject({ name: 'feature/x', commit: { sha: second } })
  const ref = await bench.ask('/repos/acme/shop/git/ref/heads%2Fmain')
  expect(ref.body).toMatchObject({
    ref: 'refs/heads/main',
    object: { type: 'commit', sha: bench.sha },
  })
  const history = await bench.ask('/repos/acme/shop/commits?sha=feature/x')
  expect(history.body).toMatchObject([{ sha: second }, { sha: bench.sha }])
  expect(bench.github.violations).toEqual([])
})

test('a comparison tells what the head has since the two parted', async () => {
  const bench = await openBench()
  const head = await bench.push({ 'a.txt': 'two', 'new.txt': 'x' }, 'second', 'topic')
  const { body } = await bench.ask(`/repos/acme/shop/compare/${bench.sha}...${head}`)
  expect(body).toMatchObject({
    status: 'ahead',
    ahead_by: 1,
    behind_by: 0,
    merge_base_commit: { sha: bench.sha },
    commits: [{ sha: head }],
    files: [
      { filename: 'a.txt', status: 'modified' },
      { filename: 'new.txt', status: 'added' },
    ],
  })
  expect(bench.github.violations).toEqual([])
})

test('pull requests are found by number, by branch and by their head commit', async () => {
  const bench = await openBench()
  const sha = await bench.push({ 'n.txt': 'x' }, 'topic', 'topic')
  await bench.github.openPull({ repository: 'acme/shop', head: 'topic', title: 'Please' })
  const found = { number: 1, title: 'Please', head: { sha } }
  expect((await bench.ask('/repos/acme/shop/pulls/1')).body).toMatchObject(found)
  expect((await bench.ask('/repos/acme/shop/pulls?head=acme:topic')).body).toMatchObject([found])
  expect((await bench.ask('/repos/acme/shop/pulls?head=acme:main')).body).toEqual([])
  expect((await bench.ask(`/repos/acme/shop/commits/${sha}/pulls`)).body).toMatchObject([found])
  expect(bench.github.violations).toEqual([])
})

test.each([
  ['admin', 'admin'],
  ['maintain', 'write'],
  ['write', 'write'],
  ['triage', 'read'],
  ['read', 'read'],
  ['none', 'none'],
] as const)('the role %s counts as %s', async (role, permission) => {
  const bench = await openBench()
  const person = bench.github.addPerson({ login: 'Bob', role })
  const { body } = await bench.ask('/repos/acme/shop/collaborators/bob/permission')
  expect(body).toMatchObject({ permission, role_name: role, user: { login: 'Bob', id: person.id } })
  expect(bench.github.violations).toEqual([])
})

test('an unknown person has no permission to tell of', async () => {
  const bench = await openBench()
  expect((await bench.ask('/repos/acme/shop/collaborators/ghost/permission')).status).toBe(404)
})

test('everybody may read a public repository', async () => {
  const bench = await openBench()
  await bench.github.createRepository({ owner: 'acme', name: 'open', private: false })
  bench.github.addPerson({ login: 'bob' })
  const { body } = await bench.ask('/repos/acme/open/collaborators/bob/permission')
  expect(body.permission).toBe('read')
})

test('team members are active or pending, others are not found', async () => {
  const bench = await openBench()
  bench.github.addTeam({
    org: 'acme',
    slug: 'ops',
    members: [
      { login: 'ann', role: 'maintainer', state: 'active' },
      { login: 'new', role: 'member', state: 'pending' },
    ],
  })
  const team = '/orgs/acme/teams/ops/memberships'
  expect((await bench.ask(`${team}/ann`)).body).toMatchObject({
    role: 'maintainer',
    state: 'active',
  })
  expect((await bench.ask(`${team}/new`)).body).toMatchObject({ state: 'pending' })
  expect((await bench.ask(`${team}/bob`)).status).toBe(404)
  expect((await bench.ask('/orgs/acme/members/ann')).status).toBe(204)
  expect((await bench.ask('/orgs/acme/members/new')).status).toBe(404)
  expect(bench.github.violations).toEqual([])
})

test('users, limits and service facts are answered as described', async () => {
  const bench = await openBench()
  expect((await bench.ask('/users/sluice%5Bbot%5D')).body).toMatchObject({ type: 'Bot' })
  expect((await bench.ask('/rate_limit')).body.resources.core.limit).toBe(5000)
  expect((await bench.ask('/meta')).status).toBe(200)
  expect(bench.github.violations).toEqual([])
})

test('repositories need legal, free names', async () => {
  const { github } = await openLab()
  const made = (name: string) => github.createRepository({ owner: 'acme', name })
  await expect(made('..')).rejects.toThrow('no name')
  await expect(made('a/b')).rejects.toThrow('no name')
  await expect(made('Shop')).rejects.toThrow('exists already')
})

test.each(['//', '/api/v3//', '/%ff', '/api/v3/%ff', '*', 'http://elsewhere/', '/..%2f..'])(
  'the odd target %s is answered and breaks nothing',
  async (target) => {
    const { github } = await openLab()
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: new URL(github.url).port, path: target }
      get(options, (response) => resolve(response.resume().statusCode)).once('error', reject)
    })
    expect([200, 404]).toContain(answer)
    expect(github.violations.filter((one) => one.startsWith('stand-in failed'))).toEqual([])
  },
)

test('a body that is far too large is refused', async () => {
  const { github } = await openLab()
  const body = 'x'.repeat(11 * 1024 * 1024)
  const answer = await fetch(`${github.url}/api/v3/repos/acme/shop/check-runs`, {
    method: 'POST',
    body,
  })
  expect(answer.status).toBe(413)
})
