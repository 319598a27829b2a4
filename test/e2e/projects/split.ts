import { expect, test } from 'vitest'
import { type Ground, project } from './ground.ts'

const files = project('split')
const all = Object.keys(files).filter((file) => file.startsWith('tests/'))
const checks = ['tests / by-name', 'tests / by-filesize', 'tests / timed']
const timed = 'tests / timed'

/** Which files a job's tasks ran, by task. */
function shares(log: string): readonly (readonly string[])[] {
  const lines = [...log.matchAll(/^task (\d) runs (.*)$/gm)]
  return ['0', '1', '2', '3'].map((task) =>
    lines.filter(([, index]) => index === task).map(([, , file = '']) => file),
  )
}

/** Tests that four tasks share, by name, by size, and by the times of the pipeline before. */
export function splitProject(ground: Ground): void {
  const seen = async (sha: string, check: string) => {
    const found = shares(await ground.system.jobLog(sha, check))
    expect(found.flat().toSorted(), check).toEqual(all)
    expect(
      found.every((share) => share.length > 0),
      check,
    ).toBe(true)
    return found
  }

  test('tests that four tasks share run once each, by the times of earlier runs, and again on a re-run', async () => {
    const { system } = ground
    const copy = await system.repository('split')
    const first = await copy.commit(files)
    await copy.push('HEAD:main')
    const passed = Object.fromEntries(checks.map((name) => [name, 'success']))
    await ground.becomes(first, { sluice: 'success', ...passed })
    for (const check of checks) await seen(first, check)
    expect(await system.jobLog(first, timed)).toContain('no timings of earlier runs match')
    expect(system.check(first, timed).summary).toContain('**10 tests**: 0 failed')

    const second = await copy.commit({ fails: '' })
    await copy.push('HEAD:main')
    await ground.becomes(second, { sluice: 'failure', ...passed, [timed]: 'failure' })
    expect(await seen(second, timed)).toContainEqual(['tests/d.sh'])
    expect(system.check(second, timed).summary).toMatch(/\| `.*tests\/f\.sh` \|/)

    await system.click(second, timed, 'rerun-failed')
    await ground.becomes(second, { sluice: 'success', ...passed })
    await seen(second, timed)
    expect(system.check(second, timed).summary).toContain('**10 tests**: 0 failed')
  })
}
