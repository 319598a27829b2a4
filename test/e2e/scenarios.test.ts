import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WorkingCopy } from '../../src/demo/working-copy.ts'
import { type Chapter, type Scenario, scenarios } from '../support/scenario.ts'
import { type System, startSystem } from '../support/system.ts'

/** Every scenario by git push, with real processes; the checks must become what the scenario says. */
describe('scenarios', () => {
  let system: System
  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(() => system.close())

  test.each(scenarios())('$name', async (scenario) => {
    const copy = await system.repository(scenario.name)
    let sha = ''
    for (const [index, chapter] of scenario.chapters.entries()) {
      sha = await play(scenario, chapter, { copy, sha, index })
      await expect.poll(() => system.checks(sha), { timeout: 20_000 }).toEqual(chapter.checks)
      await compareLogs(chapter, sha)
    }
    await system.standIn.settled()
    expect(system.standIn.violations).toEqual([])
  })

  interface Page {
    readonly copy: WorkingCopy
    readonly sha: string
    readonly index: number
  }

  async function play({ config }: Scenario, { happens }: Chapter, { copy, sha, index }: Page) {
    if (happens.kind === 'click') {
      await system.click(sha, happens.check, happens.action)
      return sha
    }
    const commit = await copy.commit({ '.circleci/config.yml': config, n: String(index) })
    if (happens.kind === 'push') await copy.push(`HEAD:refs/heads/${happens.branch}`)
    else {
      await copy.git('tag', happens.tag)
      await copy.push(happens.tag)
    }
    return commit
  }

  async function compareLogs({ logs, order }: Chapter, sha: string): Promise<void> {
    for (const [name, text] of Object.entries(logs))
      expect(await system.jobLog(sha, name)).toContain(text)
    const runs = system.standIn.latestRuns(sha)
    const times = order.map(
      (job) => runs.find((run) => run.name.endsWith(`/ ${job}`))?.completedAt ?? 0,
    )
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  }
})
