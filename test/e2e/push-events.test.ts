import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { WorkingCopy } from '../../src/demo/working-copy.ts'
import { type System, startSystem } from '../support/system.ts'

/** What GitHub says, and does not say, about each kind of push; the checks tell what came of it. */
const patience = { timeout: 25_000 }
const file = '.circleci/config.yml'
const config = `version: 2.1
jobs:
  build: { docker: [{ image: 'cimg/base:current' }], steps: [{ run: 'true' }] }
workflows:
  ci: { jobs: [{ build: { filters: { tags: { only: /.*/ } } } }] }
`
const good = { 'ci / build': 'success', sluice: 'success' }
const tagged = (tag: string) => ({
  [`ci / build (tag ${tag})`]: 'success',
  [`sluice (tag ${tag})`]: 'success',
})

let system: System
beforeAll(async () => {
  system = await startSystem({ executor: 'fake', concurrency: 16 })
})
afterAll(() => system.close())
afterEach(async () => {
  await system.standIn.settled()
  if (system.standIn.violations.length > 0) throw new Error(system.standIn.violations.join('\n'))
})

const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => system.checks(sha), patience).toEqual(checks)

/** A repository with the config on `main`, whose first pipeline is over. */
async function repository(name: string): Promise<{ copy: WorkingCopy; sha: string }> {
  const copy = await system.repository(name)
  const sha = await copy.commit({ [file]: config })
  await copy.push('HEAD:main')
  await becomes(sha, good)
  return { copy, sha }
}

/** Numbers of the pipelines that the checks of the commit speak of. They count up in a repository. */
const pipelines = (sha: string, check = 'sluice') =>
  [...(system.check(sha, check).summary ?? '').matchAll(/\[Pipeline (\d+)\]/g)].map((match) =>
    Number(match[1]),
  )

/** The next push is pipeline `number`: whatever came before it started nothing else. */
async function expectNext(copy: WorkingCopy, number: number): Promise<void> {
  await system.standIn.settled()
  const sha = await copy.commit({ 'README.md': `pipeline ${number}` })
  await copy.push('HEAD:main')
  await becomes(sha, good)
  expect(pipelines(sha)).toEqual([number])
}
const lastPush = () =>
  JSON.parse(system.standIn.deliveries.findLast(({ event }) => event === 'push')?.payload ?? '')

describe('branches', () => {
  test('a new one at an existing commit is one more pipeline of it', async () => {
    const { copy, sha } = await repository('new-branch')
    await copy.push('HEAD:topic')
    await system.standIn.settled()
    expect(lastPush()).toMatchObject({ created: true, commits: [], base_ref: 'refs/heads/main' })
    await expect.poll(() => pipelines(sha), patience).toEqual([2, 1])
    await becomes(sha, { ...good, 'ci / build (topic)': 'success' })
  }, 60_000)

  test('a deleted branch and a deleted tag start nothing', async () => {
    const { copy, sha } = await repository('deleted')
    await copy.git('tag', 'v1')
    await copy.push('v1')
    await becomes(sha, { ...good, ...tagged('v1') })
    await copy.push('HEAD:gone')
    await expect.poll(() => pipelines(sha), patience).toEqual([3, 1])
    await copy.push(':gone', ':v1')
    await system.standIn.settled()
    expect(lastPush()).toMatchObject({ deleted: true, head_commit: null })
    await expectNext(copy, 4)
  }, 60_000)

  test('a forced push builds what is there now, and the old commit keeps its checks', async () => {
    const { copy, sha } = await repository('forced')
    await copy.git('commit', '--quiet', '--amend', '--message', 'another')
    await copy.push('+HEAD:main')
    await system.standIn.settled()
    expect(lastPush()).toMatchObject({ forced: true, before: sha })
    const now = await copy.git('rev-parse', 'HEAD')
    await becomes(now, good)
    expect(pipelines(now)).toEqual([2])
    expect(system.standIn.runs(sha)).toHaveLength(2)
    expect(pipelines(sha)).toEqual([1])
  }, 60_000)

  test('several in one push are a pipeline each', async () => {
    const { copy } = await repository('many-refs')
    const shas: string[] = []
    for (const branch of ['one', 'two', 'three']) {
      shas.push(await copy.commit({ branch }))
      await copy.git('branch', branch)
    }
    await copy.push('one', 'two', 'three')
    for (const sha of shas) await becomes(sha, good)
    expect(new Set(shas.flatMap((sha) => pipelines(sha)))).toEqual(new Set([2, 3, 4]))
  }, 60_000)

  test('of more commits than GitHub lists: the last one is built, with its own config', async () => {
    const { copy } = await repository('long')
    await growBy(copy, 2100)
    const sha = await copy.commit({ 'README.md': 'the last' })
    await copy.push('HEAD:main')
    await system.standIn.settled()
    expect(lastPush().commits).toHaveLength(2048)
    expect(lastPush().head_commit.id).toBe(sha)
    await becomes(sha, good)
    expect(pipelines(sha)).toEqual([2])
  }, 120_000)
})

describe('tags', () => {
  test('an annotated one is built at its commit, though GitHub says the tag object is pushed', async () => {
    const { copy, sha } = await repository('annotated')
    await copy.git('tag', '--annotate', '--message', 'first', 'v1')
    await copy.push('v1')
    await system.standIn.settled()
    expect(lastPush().after).toBe(await copy.git('rev-parse', 'v1'))
    expect(lastPush().after).not.toBe(sha)
    await becomes(sha, { ...good, ...tagged('v1') })
    expect(system.check(sha, 'sluice (tag v1)').summary).toContain(
      `tag \`v1\` at \`${sha.slice(0, 10)}\``,
    )
  }, 60_000)

  test('of three in one push each is built', async () => {
    const { copy, sha } = await repository('three-tags')
    const names = ['v1', 'v2', 'v3']
    for (const name of names) await copy.git('tag', name)
    await copy.push(...names)
    const wanted = Object.assign({}, good, ...names.map(tagged))
    await expect.poll(() => system.checks(sha), patience).toEqual(wanted)
  }, 60_000)

  test('of more than three in one push GitHub tells nothing; the branch that came along is built', async () => {
    const { copy } = await repository('four-tags')
    const sha = await copy.commit({ 'README.md': 'released' })
    const names = ['v1', 'v2', 'v3', 'v4']
    for (const name of names) await copy.git('tag', name)
    await copy.push('HEAD:main', ...names)
    await becomes(sha, good)
    expect(pipelines(sha)).toEqual([2])
    await expectNext(copy, 3)
  }, 60_000)
})

test.each([
  ['[skip ci]', 'Fix a word [skip ci]'],
  ['[ci skip]', 'Fix a word\n\nIt was wrong. [ci skip]'],
  ['skip-checks', 'Fix a word\n\n\nskip-checks: true'],
])(
  'a push that says %s starts nothing',
  async (name, message) => {
    const { copy } = await repository(name.replaceAll(/\W+/g, ''))
    await copy.git('commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '--message', message)
    const sha = await copy.git('rev-parse', 'HEAD')
    await copy.push('HEAD:main')
    await expectNext(copy, 2)
    expect(system.standIn.runs(sha)).toEqual([])
  },
  60_000,
)

/** Puts so many empty commits on top, quicker than one process each. */
async function growBy(copy: WorkingCopy, count: number): Promise<void> {
  const who = 'Ann <ann@example.org> 1767225600 +0000'
  const commits = Array.from({ length: count }, (_, index) => {
    const from = index === 0 ? 'from refs/heads/main^0\n' : ''
    return `commit refs/heads/main\ncommitter ${who}\ndata 4\nmore\n${from}`
  })
  const git = spawn('git', ['fast-import', '--quiet'], { cwd: copy.directory })
  git.stdin.end(commits.join('\n'))
  const [code] = await once(git, 'close')
  expect(code).toBe(0)
}
