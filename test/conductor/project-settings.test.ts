import { expect, test } from 'vitest'
import { usualSettings } from '../../src/compile/project-settings/project-settings.ts'
import { projectSettingsOf } from '../../src/conductor/project-settings.ts'
import { repository } from '../support/builders.ts'

const never = () => Promise.reject(new Error('there was no need to ask'))

/** A repository whose default branch has this file; everything else it is asked for is refused. */
const settingsWith = (text: string | null, configPath = '.circleci/config.yml') => {
  const asked: string[] = []
  const readFile = async (_: unknown, ref: string, path: string) => {
    asked.push(`${ref} ${path}`)
    return text
  }
  const answer = projectSettingsOf(
    { github: { readFile, defaultBranch: never, head: never }, configPath, approvers: 'admin' },
    repository,
  )
  return { answer, asked }
}

test('the settings are read from the default branch, by its full name, beside the config', async () => {
  const { answer, asked } = settingsWith('forks: never', 'ci/config.yml')
  expect(await answer).toMatchObject({ ok: true, value: { forks: 'never' } })
  expect(asked).toEqual([`refs/heads/${repository.defaultBranch} ci/sluice.yml`])
})

test('without the file all is as the server says', async () => {
  expect(await settingsWith(null).answer).toEqual({ ok: true, value: usualSettings('admin') })
})

test('a file with an error counts for nothing, also where parts of it could be read', async () => {
  expect(await settingsWith('forks: always\napproval: {}').answer).toMatchObject({
    ok: false,
    problem: [{ file: '.circleci/sluice.yml', code: 'unknown-key', where: { line: 2 } }],
  })
})
