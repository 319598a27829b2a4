import { expect, test } from 'vitest'
import { artifactsOf, type Ground, project } from './ground.ts'

const files = project('c')
const build = 'build-and-test / build'
const checks = ['empty', 'lines', 'spaces'].map((what) => `build-and-test / check-${what}`)
const last = 'build-and-test / package'

/** A compiler, what it made in a workspace for three jobs at once, and what those left in one for the last. */
export function cProject(ground: Ground): void {
  test('a C project is built once, checked by three jobs, and packed when all of them passed', async () => {
    const { system } = ground
    const copy = await system.repository('c')
    const sha = await copy.commit(files)
    await copy.push('HEAD:main')
    const passed = Object.fromEntries([build, ...checks, last].map((name) => [name, 'success']))
    await ground.becomes(sha, { sluice: 'success', ...passed })
    expect(await system.jobLog(sha, build)).toContain('cc -o build/count')
    expect(await system.jobLog(sha, last)).toContain(
      'empty passed\nlines passed\nspaces passed\ncount 1.0 (--version)\n',
    )
    const [packed = ''] = artifactsOf(system.check(sha, last).summary).values()
    const tar = Buffer.from(await (await fetch(packed)).arrayBuffer()).toString('latin1')
    expect(tar).toContain('build/count')
    expect(tar).toContain('results/spaces')
    await expectOneAfterTheOther(system.standIn.latestRuns(sha))
  })

  test('a check of a C project that fails stops its packing, and none of the other checks', async () => {
    const { system } = ground
    const copy = await system.repository('c-broken')
    const sha = await copy.commit({ ...files, 'tests/lines.expected': '2 lines, 4 words\n' })
    await copy.push('HEAD:main')
    await ground.becomes(sha, {
      sluice: 'failure',
      [build]: 'success',
      'build-and-test / check-empty': 'success',
      'build-and-test / check-lines': 'failure',
      'build-and-test / check-spaces': 'success',
      [last]: 'cancelled',
    })
    const log = await system.jobLog(sha, 'build-and-test / check-lines')
    expect(log).toContain('< 2 lines, 3 words\n---\n> 2 lines, 4 words\n')
  })
}

interface Ran {
  readonly name: string
  readonly completedAt: number | null
}

async function expectOneAfterTheOther(runs: readonly Ran[]): Promise<void> {
  const end = (name: string) => runs.find((run) => run.name === name)?.completedAt ?? 0
  const middle = checks.map(end)
  expect(Math.min(...middle)).toBeGreaterThanOrEqual(end(build))
  expect(end(last)).toBeGreaterThanOrEqual(Math.max(...middle))
}
