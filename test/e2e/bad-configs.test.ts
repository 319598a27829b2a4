import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type System, startSystem } from '../support/system.ts'

const job = (name: string) =>
  `  ${name}:\n    machine: true\n    steps:\n      - run: echo ${name}\n`

/** Configs that cannot run: the `sluice` check fails and points at the line. */
const wrong = {
  'a config that does not parse': {
    config: 'version: 2.1\njobs:\n  build: [unclosed\n',
    line: 3,
    says: /unclosed|flow|\]/i,
  },
  'a cycle': {
    config: `version: 2.1\njobs:\n${job('a')}${job('b')}workflows:\n  ci:\n    jobs:\n      - a:\n          requires: [b]\n      - b:\n          requires: [a]\n`,
    line: 15,
    says: /a.*b.*a|b.*a.*b/,
  },
  'an unknown job': {
    config: `version: 2.1\njobs:\n${job('build')}workflows:\n  ci:\n    jobs:\n      - biuld\n`,
    line: 10,
    says: /build/,
  },
  'an empty workflow': {
    config: `version: 2.1\njobs:\n${job('build')}workflows:\n  ci:\n    jobs: []\n`,
    line: 9,
    says: /ci|jobs/,
  },
} as const

describe('configs that cannot run', () => {
  let system: System
  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(() => system.close())

  test.each(Object.entries(wrong))(
    '%s fails the sluice check with an annotation on its line',
    async (name, { config, line, says }) => {
      const copy = await system.repository(name.replaceAll(' ', '-'))
      const sha = await copy.commit({ '.circleci/config.yml': config })
      await copy.push('HEAD:main')
      await expect
        .poll(() => system.checks(sha), { timeout: 10_000 })
        .toEqual({ sluice: 'failure' })
      const { annotations, title } = system.check(sha, 'sluice')
      expect(title).toContain('config')
      expect(annotations.map((one) => one.path)).toContain('.circleci/config.yml')
      const found = annotations.find((one) => one.start_line === line)
      expect(`${found?.title} ${found?.message}`, JSON.stringify(annotations)).toMatch(says)
      expect(system.standIn.violations).toEqual([])
    },
  )

  test('a missing config fails only where the default branch has one', async () => {
    const copy = await system.repository('missing')
    const bare = await copy.commit({ 'a.txt': 'a' })
    await copy.push('HEAD:main')
    const good = await copy.commit({
      '.circleci/config.yml': `version: 2.1\njobs:\n${job('build')}`,
    })
    await copy.push('HEAD:main')
    await expect.poll(() => system.checks(good)['sluice'], { timeout: 10_000 }).toBe('success')
    expect(system.checks(bare)).toEqual({})
    await copy.git('checkout', '--quiet', '-b', 'without')
    await copy.git('rm', '--quiet', '.circleci/config.yml')
    const without = await copy.commit({ 'b.txt': 'b' })
    await copy.push('HEAD:without')
    await expect
      .poll(() => system.checks(without), { timeout: 10_000 })
      .toEqual({ sluice: 'failure' })
    expect(system.check(without, 'sluice').title).toMatch(/no .*config/)
    expect(system.standIn.violations).toEqual([])
  })

  test('a config that runs passes with its warnings on their lines, and says what was not selected and why', async () => {
    const copy = await system.repository('warned')
    const config = `version: 2.1\njobs:\n${job('build')}${job('deploy')}${job('forgotten')}workflows:\n  ci:\n    jobs:\n      - build\n      - deploy:\n          filters:\n            branches:\n              only: release\n`
    const sha = await copy.commit({ '.circleci/config.yml': config })
    await copy.push('HEAD:main')
    await expect
      .poll(() => system.checks(sha), { timeout: 10_000 })
      .toEqual({ sluice: 'success', 'ci / build': 'success' })
    const { annotations, summary } = system.check(sha, 'sluice')
    expect(annotations.filter((one) => one.annotation_level === 'failure')).toEqual([])
    expect(annotations).toContainEqual(
      expect.objectContaining({
        start_line: 11,
        annotation_level: 'warning',
        title: 'unused-job',
      }),
    )
    expect(summary).toMatch(/- `ci \/ deploy`: .*release.*main.* \(\[line 22\]\(\S+#L22\)\)/)
    expect(system.standIn.violations).toEqual([])
  })
})
