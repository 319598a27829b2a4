import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { StandIn } from '../../src/demo/stand-in/stand-in.ts'
import { git, scratch, tryGit } from './support/git.ts'
import { installationToken, openLab } from './support/github.ts'

const withToken = (github: StandIn, token: string, repository = 'acme/shop') =>
  `${github.url.replace('//', `//x-access-token:${token}@`)}/${repository}.git`

test('an installation token clones, with and without .git at the end', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'hello' })
  const remote = withToken(lab.github, await installationToken(lab.github))
  await using folder = await scratch()
  await git(folder.path, 'clone', '-q', remote, 'one')
  await git(folder.path, 'clone', '-q', remote.replace(/\.git$/, ''), 'two')
  expect(await readFile(join(folder.path, 'one/a.txt'), 'utf8')).toBe('hello')
  expect(await readFile(join(folder.path, 'two/a.txt'), 'utf8')).toBe('hello')
})

test('the token may also come as a header', async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'hello' })
  const token = await installationToken(lab.github)
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  const header = `http.extraHeader=Authorization: Basic ${basic}`
  const refs = await git(lab.clone, '-c', header, 'ls-remote', `${lab.github.url}/acme/shop.git`)
  expect(refs).toContain(sha)
})

test.each(['ghs_wrong', 'not-a-password'])('the wrong secret %s is not let in', async (secret) => {
  const lab = await openLab()
  const result = await tryGit(lab.clone, 'ls-remote', withToken(lab.github, secret))
  expect(result.err).toContain('Authentication failed')
})

test('a token ends after an hour', async () => {
  const lab = await openLab()
  const token = await installationToken(lab.github)
  lab.github.clock.advance(3_600_001)
  const result = await tryGit(lab.clone, 'ls-remote', withToken(lab.github, token))
  expect(result.err).toContain('Authentication failed')
})

test('a token that may read contents cannot push', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'hello' })
  const token = await installationToken(lab.github)
  const result = await tryGit(lab.clone, 'push', withToken(lab.github, token), 'HEAD:refs/heads/x')
  expect(result.code).not.toBe(0)
  expect(result.err).toContain('403')
})

test('a token without contents cannot clone', async () => {
  const lab = await openLab()
  const token = await installationToken(lab.github, { permissions: { checks: 'write' } })
  const result = await tryGit(lab.clone, 'ls-remote', withToken(lab.github, token))
  expect(result.err).toContain('403')
})

test('a token that may write contents pushes in the name of the App', async () => {
  const lab = await openLab({ permissions: { contents: 'write', checks: 'write' } })
  await lab.push({ 'a.txt': 'hello' })
  const token = await installationToken(lab.github)
  await git(lab.clone, 'push', '-q', withToken(lab.github, token), 'HEAD:refs/heads/x')
  const pushes = await lab.webhooks('push')
  expect(pushes.at(-1)?.payload.sender).toMatchObject({ login: 'sluice[bot]', type: 'Bot' })
})

test('a token narrowed to one repository does not open another', async () => {
  const lab = await openLab()
  await lab.github.createRepository({ owner: 'acme', name: 'secret' })
  const token = await installationToken(lab.github, { repository_ids: [lab.repository.id] })
  expect((await tryGit(lab.clone, 'ls-remote', withToken(lab.github, token))).code).toBe(0)
  const other = await tryGit(lab.clone, 'ls-remote', withToken(lab.github, token, 'acme/secret'))
  expect(other.code).not.toBe(0)
})

test('people read, write or see nothing as their role allows', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'hello' })
  const reader = lab.github.addPerson({ login: 'ron', role: 'triage' })
  const stranger = lab.github.addPerson({ login: 'sam' })
  const keeper = lab.github.addPerson({ login: 'mia', roles: { 'acme/shop': 'maintain' } })
  const remote = (person: typeof reader) => lab.github.remote('acme/shop', person)
  expect((await tryGit(lab.clone, 'ls-remote', remote(reader))).code).toBe(0)
  const refused = await tryGit(lab.clone, 'push', remote(reader), 'HEAD:refs/heads/x')
  expect(refused.err).toContain('403')
  expect((await tryGit(lab.clone, 'ls-remote', remote(stranger))).code).not.toBe(0)
  await git(lab.clone, 'push', '-q', remote(keeper), 'HEAD:refs/heads/x')
})

test('everybody reads a public repository, nobody writes it without a name', async () => {
  const lab = await openLab()
  await lab.github.createRepository({ owner: 'acme', name: 'open', private: false })
  const url = `${lab.github.url}/acme/open.git`
  expect((await tryGit(lab.clone, 'ls-remote', url)).code).toBe(0)
  await lab.push({ 'a.txt': 'hello' })
  expect((await tryGit(lab.clone, 'push', url, 'main')).code).not.toBe(0)
})

test('an unknown repository is not found', async () => {
  const lab = await openLab()
  const result = await tryGit(lab.clone, 'ls-remote', lab.github.remote('acme/none', lab.ann))
  expect(result.err).toContain('not found')
})

test('any commit can be fetched by its SHA, alone, even after a force push left it behind', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  const sha = await lab.push({ 'a.txt': 'two' })
  await git(lab.clone, 'reset', '-q', '--hard', 'HEAD~1')
  await git(lab.clone, 'push', '-qf', 'origin', 'main')
  await using folder = await scratch()
  await git(folder.path, 'init', '-q')
  const remote = withToken(lab.github, await installationToken(lab.github))
  await git(folder.path, 'fetch', '-q', '--depth=1', remote, sha)
  expect(await git(folder.path, 'rev-parse', 'FETCH_HEAD')).toBe(sha)
  expect(await git(folder.path, 'rev-list', '--count', 'FETCH_HEAD')).toBe('1')
})

test('a push of several megabytes arrives whole', async () => {
  const lab = await openLab()
  const bytes = randomBytes(3 * 1024 * 1024)
  await writeFile(join(lab.clone, 'large.bin'), bytes)
  await lab.push({})
  await using folder = await scratch()
  await git(folder.path, 'clone', '-q', lab.github.remote('acme/shop', lab.ann), 'copy')
  expect(bytes.equals(await readFile(join(folder.path, 'copy/large.bin')))).toBe(true)
})

test('a fetch can be made to fail', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  lab.github.faults.push({ op: 'git', status: 503 })
  const remote = lab.github.remote('acme/shop', lab.ann)
  expect((await tryGit(lab.clone, 'ls-remote', remote)).err).toContain('503')
  expect((await tryGit(lab.clone, 'ls-remote', remote)).code).toBe(0)
})

test('a push can be done although its answer is lost', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  lab.github.faults.push({ op: 'git', status: 'drop', skip: 1 })
  expect((await tryGit(lab.clone, 'push', 'origin', 'HEAD:refs/heads/x')).code).not.toBe(0)
  const pushes = await lab.webhooks('push')
  expect(pushes.at(-1)?.payload.ref).toBe('refs/heads/x')
})

test('a commit that is not there cannot be fetched, and git says so itself', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  const result = await tryGit(lab.clone, 'fetch', '--depth=1', 'origin', 'f'.repeat(40))
  expect(result.err).toContain('not our ref')
  expect(lab.github.violations).toEqual([])
})

test('a hundred pushes at once to five repositories are a hundred webhooks', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  const names = ['one', 'two', 'three', 'four', 'five']
  for (const name of names) await lab.github.createRepository({ owner: 'acme', name })
  const pushes = names.flatMap((name) =>
    Array.from({ length: 20 }, (_, index) =>
      git(
        lab.clone,
        'push',
        '-q',
        lab.github.remote(`acme/${name}`, lab.ann),
        `HEAD:refs/heads/b${index}`,
      ),
    ),
  )
  await Promise.all(pushes)
  const seen = (await lab.webhooks('push')).map(
    ({ payload }) => `${payload.repository.name} ${payload.ref}`,
  )
  expect(new Set(seen).size).toBe(101)
  expect(seen).toHaveLength(101)
  expect(lab.github.violations).toEqual([])
})
