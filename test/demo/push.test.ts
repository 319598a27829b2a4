import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { git } from './support/git.ts'
import { openLab } from './support/github.ts'

const zeros = '0'.repeat(40)

test('a push to a new branch sends a signed push webhook with its commits', async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one', 'dir/b c.txt': 'two' }, 'first')
  const [push] = await lab.webhooks('push')
  expect(push?.payload).toMatchObject({
    ref: 'refs/heads/main',
    before: zeros,
    after: sha,
    created: true,
    deleted: false,
    forced: false,
    pusher: { name: 'ann' },
    sender: { login: 'ann', type: 'User' },
    head_commit: { id: sha, message: 'first', distinct: true },
    repository: { full_name: 'acme/shop', private: true },
    organization: { login: 'acme' },
    installation: { id: lab.github.installations[0]?.id },
  })
  expect(push?.payload.commits).toHaveLength(1)
  expect(push?.payload.commits[0].added).toEqual(['a.txt', 'dir/b c.txt'])
  const secret = lab.github.app.webhookSecret
  const signature = createHmac('sha256', secret)
    .update(push?.body ?? '')
    .digest('hex')
  expect(push?.headers['x-hub-signature-256']).toBe(`sha256=${signature}`)
  expect(push?.headers['x-github-delivery']).toMatch(/^[0-9a-f-]{36}$/)
  expect(lab.github.violations).toEqual([])
})

test('a later push says what was before, and which files each commit changed', async () => {
  const lab = await openLab()
  const before = await lab.push({ 'a.txt': 'one', 'b.txt': 'two' })
  await git(lab.clone, 'rm', '--quiet', 'b.txt')
  const after = await lab.push({ 'a.txt': 'more' })
  const [, push] = await lab.webhooks('push')
  expect(push?.payload).toMatchObject({ before, after, created: false, forced: false })
  expect(push?.payload.commits).toMatchObject([
    { id: after, added: [], removed: ['b.txt'], modified: ['a.txt'] },
  ])
})

test('commits of one push come oldest first', async () => {
  const lab = await openLab()
  await git(lab.clone, 'commit', '--allow-empty', '-qm', 'first')
  await git(lab.clone, 'commit', '--allow-empty', '-qm', 'second')
  await lab.push({}, 'third')
  const [push] = await lab.webhooks('push')
  const messages = push?.payload.commits.map((commit: { message: string }) => commit.message)
  expect(messages).toEqual(['first', 'second', 'third'])
  expect(push?.payload.head_commit.message).toBe('third')
})

test('a new branch at an existing commit has no commits, but a head commit and the branch it came from', async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' })
  await git(lab.clone, 'push', '-q', 'origin', 'HEAD:refs/heads/feature/x')
  const pushes = await lab.webhooks('push')
  expect(pushes[1]?.payload).toMatchObject({
    ref: 'refs/heads/feature/x',
    created: true,
    commits: [],
    base_ref: 'refs/heads/main',
    head_commit: { id: sha },
  })
})

test('a force push is marked as one', async () => {
  const lab = await openLab()
  const before = await lab.push({ 'a.txt': 'one' })
  await git(lab.clone, 'commit', '--amend', '-qm', 'rewritten')
  await git(lab.clone, 'push', '-qf', 'origin', 'main')
  const [, push] = await lab.webhooks('push')
  expect(push?.payload).toMatchObject({ before, forced: true, created: false })
})

test('a deleted branch is a push without a head commit', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  const sha = await lab.push({}, 'on a branch', 'old')
  await git(lab.clone, 'push', '-q', 'origin', ':old')
  const pushes = await lab.webhooks('push')
  expect(pushes.at(-1)?.payload).toMatchObject({
    ref: 'refs/heads/old',
    before: sha,
    after: zeros,
    deleted: true,
    head_commit: null,
    commits: [],
  })
  expect(lab.github.violations).toEqual([])
})

test('a lightweight tag names the commit, an annotated one the tag object', async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' })
  await git(lab.clone, 'tag', 'v1')
  await git(lab.clone, 'tag', '-a', 'v2', '-m', 'two')
  await git(lab.clone, 'push', '-q', 'origin', 'v1', 'v2')
  const tagObject = await git(lab.clone, 'rev-parse', 'v2')
  const pushes = await lab.webhooks('push')
  const of = (ref: string) => pushes.find((push) => push.payload.ref === ref)?.payload
  expect(of('refs/tags/v1')).toMatchObject({ after: sha, commits: [], head_commit: { id: sha } })
  expect(of('refs/tags/v2')).toMatchObject({ after: tagObject, head_commit: { id: sha } })
  expect(tagObject).not.toBe(sha)
})

test('a deleted tag is a push too', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  await git(lab.clone, 'push', '-q', 'origin', 'HEAD:refs/tags/v1')
  await git(lab.clone, 'push', '-q', 'origin', ':refs/tags/v1')
  const pushes = await lab.webhooks('push')
  expect(pushes.at(-1)?.payload).toMatchObject({ ref: 'refs/tags/v1', deleted: true })
})

test('several refs in one push are one webhook each', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  const heads = ['a', 'b', 'c', 'd'].map((name) => `HEAD:refs/heads/${name}`)
  await git(lab.clone, 'push', '-q', 'origin', ...heads)
  const refs = (await lab.webhooks('push')).map((push) => push.payload.ref)
  expect(refs).toHaveLength(5)
  expect(new Set(refs)).toEqual(
    new Set(['main', 'a', 'b', 'c', 'd'].map((name) => `refs/heads/${name}`)),
  )
})

test('more than three tags in one push are not announced at all', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  const tags = ['v1', 'v2', 'v3', 'v4'].map((name) => `HEAD:refs/tags/${name}`)
  await git(lab.clone, 'push', '-q', 'origin', ...tags)
  expect(await lab.webhooks('push')).toHaveLength(1)
})

test('create and delete come only to Apps that subscribed to them', async () => {
  const silent = await openLab()
  await silent.push({ 'a.txt': 'one' })
  expect(await silent.webhooks('create')).toEqual([])
  const lab = await openLab({ events: ['push', 'create', 'delete'] })
  await lab.push({ 'a.txt': 'one' })
  await git(lab.clone, 'push', '-q', 'origin', 'HEAD:refs/tags/v1')
  await git(lab.clone, 'push', '-q', 'origin', ':refs/tags/v1')
  const made = (await lab.webhooks('create')).map(({ payload }) => [payload.ref_type, payload.ref])
  expect(made).toEqual([
    ['branch', 'main'],
    ['tag', 'v1'],
  ])
  expect((await lab.webhooks('delete'))[0]?.payload).toMatchObject({ ref_type: 'tag', ref: 'v1' })
  expect(lab.github.violations).toEqual([])
})

test('an App that did not subscribe to push, or may not read contents, hears of none', async () => {
  const deaf = await openLab({ events: [] })
  await deaf.push({ 'a.txt': 'one' })
  expect(await deaf.webhooks('push')).toEqual([])
  const blind = await openLab({ permissions: { metadata: 'read', checks: 'write' } })
  await blind.push({ 'a.txt': 'one' })
  expect(await blind.webhooks('push')).toEqual([])
})

test('a repository that the installation does not cover is silent', async () => {
  const lab = await openLab({ installations: [{ account: 'acme', repositories: ['other'] }] })
  await lab.push({ 'a.txt': 'one' })
  await lab.github.settled()
  expect(lab.received).toEqual([])
})

test('a pushed branch asks the App for a check suite, once a commit, and tags do not', async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' })
  await git(lab.clone, 'push', '-q', 'origin', 'HEAD:refs/heads/second', 'HEAD:refs/tags/v1')
  const asked = await lab.webhooks('check_suite.requested')
  expect(asked.map(({ payload }) => payload.check_suite)).toMatchObject([
    { head_sha: sha, head_branch: 'main', status: 'queued', conclusion: null, before: zeros },
  ])
  expect(lab.github.violations).toEqual([])
})

test('skip-checks in the commit message stops the suite, not the push', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' }, 'quietly\n\n\nskip-checks: true')
  expect(await lab.webhooks('push')).toHaveLength(1)
  expect(await lab.webhooks('check_suite.requested')).toEqual([])
})

test('a pull request is announced, and again whenever its branch moves', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  const first = await lab.push({ 'b.txt': 'two' }, 'proposal', 'topic')
  await lab.github.openPull({ repository: 'acme/shop', head: 'topic', author: 'ann' })
  const second = await lab.push({ 'b.txt': 'three' }, 'better', 'topic')
  const [opened] = await lab.webhooks('pull_request.opened')
  expect(opened?.payload).toMatchObject({
    number: 1,
    pull_request: { head: { sha: first, ref: 'topic' }, base: { ref: 'main' } },
  })
  const [moved] = await lab.webhooks('pull_request.synchronize')
  expect(moved?.payload).toMatchObject({ before: first, after: second })
  const fetched = await git(lab.clone, 'ls-remote', 'origin', 'refs/pull/1/head')
  expect(fetched).toContain(second)
  expect(lab.github.violations).toEqual([])
})
