import { expect, test } from 'vitest'
import { parseReference, type RegistryOrb } from '../../src/model/orb-reference.ts'
import { vendoredPath } from '../../src/orbs/vendored.ts'
import { GitHubUnavailable } from '../../src/ports/github.ts'
import { testOrbs } from '../support/orbs.ts'

const files = (found: Readonly<Record<string, string>>) => {
  const asked: string[] = []
  const vendored = (path: string) => {
    asked.push(path)
    return Promise.resolve(found[path] ?? null)
  }
  return { vendored, asked }
}

test('the file of an orb in the repository is used before anything else', async () => {
  const { vendored, asked } = files({ '.circleci/orbs/circleci/node@5.2.0.yml': 'ours' })
  const answer = await testOrbs({}).fetch('circleci/node@5.2.0', vendored)
  expect(answer).toEqual({ kind: 'source', version: '5.2.0', text: 'ours' })
  expect(asked).toEqual(['.circleci/orbs/circleci/node@5.2.0.yml'])
})

test('it is used before an orb that was kept, also offline', async () => {
  const { cache, fetch } = testOrbs({ registry: 'http://127.0.0.1:1/', offline: true })
  await cache.keepExact('http://127.0.0.1:1/', 'a/b@1.0.0', { version: '1.0.0', text: 'kept' })
  expect(await fetch('a/b@1.0.0')).toMatchObject({ text: 'kept' })
  const { vendored } = files({ '.circleci/orbs/a/b@1.0.0.yml': 'ours' })
  expect(await fetch('a/b@1.0.0', vendored)).toMatchObject({ text: 'ours' })
})

test('a range is a file of its own, and no other version answers for it', async () => {
  const { fetch } = testOrbs({})
  const exact = files({ '.circleci/orbs/circleci/node@5.2.0.yml': 'ours' })
  expect(await fetch('circleci/node@5', exact.vendored)).toMatchObject({ kind: 'missing' })
  const range = files({ '.circleci/orbs/circleci/node@5.yml': 'ours' })
  const answer = await fetch('circleci/node@5', range.vendored)
  expect(answer).toEqual({ kind: 'source', version: '5', text: 'ours' })
})

test.each([
  ['a/b@dev:main', '.circleci/orbs/a/b@dev:main.yml'],
  ['a/b@dev:fix/../../../etc/x', '.circleci/orbs/a/b@dev:fix%2F..%2F..%2F..%2Fetc%2Fx.yml'],
  ['a/b@dev:..', '.circleci/orbs/a/b@dev:...yml'],
  ['a/b@dev:a\\b%2f?#', '.circleci/orbs/a/b@dev:a%5Cb%252f%3F%23.yml'],
  ['a/b@dev:é😀', '.circleci/orbs/a/b@dev:%C3%A9%F0%9F%98%80.yml'],
])('%s is one file in one folder', (reference, path) => {
  const parsed = parseReference(reference)
  if (!parsed.ok) throw new Error(parsed.problem)
  expect(vendoredPath(parsed.value as RegistryOrb)).toBe(path)
})

test('no file is asked for under a name that is none', async () => {
  const { vendored, asked } = files({})
  for (const reference of ['../../etc/passwd@1.0.0', 'a/..@1', 'a/b@../x', 'a/b\n@1', 'https://x/'])
    expect(await testOrbs({}).fetch(reference, vendored)).toMatchObject({ kind: 'missing' })
  expect(asked).toEqual([])
})

test('a file larger than an orb can be is refused', async () => {
  const path = '.circleci/orbs/a/b@1.0.0.yml'
  const { vendored } = files({ [path]: '#'.repeat(8 * 1024 * 1024 + 1) })
  expect(await testOrbs({}).fetch('a/b@1.0.0', vendored)).toEqual({
    kind: 'missing',
    message: `${path} is larger than 8388608 bytes`,
    hint: null,
  })
})

test('a repository that cannot be read is no missing orb', async () => {
  const vendored = () => Promise.reject(new GitHubUnavailable('502'))
  await expect(testOrbs({}).fetch('a/b@1.0.0', vendored)).rejects.toThrow(GitHubUnavailable)
})
