import { expect, test } from 'vitest'
import { readOnDefaultBranch } from '../../src/conductor/on-default-branch.ts'
import type { Commit } from '../../src/model/trigger.ts'
import { GitHubUnavailable } from '../../src/ports/github.ts'
import { repository, trigger } from '../support/builders.ts'

/** GitHub with these branches, of which each has a file with its own name in it. */
const github = (defaultBranch: string, ...branches: readonly string[]) => ({
  readFile: async (_: unknown, ref: string) => {
    const branch = branches.find((one) => ref === `refs/heads/${one}`)
    if (branch === undefined) throw new GitHubUnavailable(`no commit found for ${ref}`)
    return branch
  },
  defaultBranch: async () => defaultBranch,
  head: async (_: unknown, branch: string): Promise<Commit | null> =>
    branches.includes(branch) ? trigger().commit : null,
})
const read = (from: Parameters<typeof readOnDefaultBranch>[0]) =>
  readOnDefaultBranch(from, repository, 'file')

test('a file is read by the full name of the default branch', async () => {
  expect(await read(github('main', 'main'))).toBe('main')
})

test('a repository without a default branch yet has no such file', async () => {
  expect(await read(github('main', 'feature'))).toBeNull()
})

test('a default branch that was renamed since the event is found under its new name', async () => {
  expect(await read(github('trunk', 'trunk'))).toBe('trunk')
})

test('where a branch is there and cannot be read, nothing is taken for missing', async () => {
  const broken = { ...github('main', 'main'), readFile: github('main').readFile }
  await expect(read(broken)).rejects.toThrow(GitHubUnavailable)
})
