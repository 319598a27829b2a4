import { expect, test } from 'vitest'
import { type Ground, project } from './ground.ts'

const files = project('workspaces')

/** What the jobs of CircleCI see of each other's workspaces. */
export function workspaceProject(ground: Ground): void {
  test('workspaces: layers of ancestors only, later over earlier, as they were on a re-run from failed', async () => {
    const { system } = ground
    const copy = await system.repository('workspaces')
    const sha = await copy.commit(files)
    await copy.push('HEAD:main')
    const conflict = {
      'conflict / left': 'success',
      'conflict / right': 'success',
      'conflict / both': 'failure',
    }
    const carried = Object.fromEntries(
      ['first', 'sibling', 'between', 'second'].map((name) => [`layers / ${name}`, 'success']),
    )
    const before = { sluice: 'failure', ...conflict, ...carried }
    await ground.becomes(sha, {
      ...before,
      'layers / third': 'failure',
      'layers / last': 'cancelled',
    })
    expect(await system.jobLog(sha, 'layers / second')).toContain(
      'kept is from first, attempt 1\nshared is from first, attempt 1\n',
    )
    const clash = system.check(sha, 'conflict / both')
    for (const part of ['same', 'left', 'right'])
      expect(`${clash.title} ${clash.text}`).toContain(part)

    await system.click(sha, 'layers / third', 'rerun-failed')
    await ground.becomes(sha, {
      ...before,
      'layers / third': 'success',
      'layers / last': 'success',
    })
    const attached = await system.jobLog(sha, 'layers / last')
    expect(attached).toContain(
      [
        'kept is from first, attempt 1',
        'second is from second, attempt 1',
        'shared is from second, attempt 1',
        'third is from third, attempt 2',
        '',
      ].join('\n'),
    )
    expect(attached).not.toContain('unseen is from')
  })
}
