import { expect, test } from 'vitest'
import { type Ground, project } from './ground.ts'

const files = project('python')
const check = 'test / test'

/** A PostgreSQL in a container beside that of the steps, which finds it at its own localhost. */
export function pythonProject(ground: Ground): void {
  test('a Python project is tested against the PostgreSQL of a service container', async () => {
    const { system } = ground
    const copy = await system.repository('python')
    const first = await copy.commit(files)
    await copy.push('HEAD:main')
    await ground.becomes(first, { sluice: 'success', [check]: 'success' })
    expect(system.check(first, check).summary).toContain('**2 tests**: 0 failed')
    expect(await system.jobLog(first, check)).toContain(
      'database system is ready to accept connections',
    )

    const generous = (files['schema.sql'] ?? '').replace(' check (cents > 0)', '')
    const second = await copy.commit({ 'schema.sql': generous })
    await copy.push('HEAD:main')
    await ground.becomes(second, { sluice: 'failure', [check]: 'failure' })
    const { summary } = system.check(second, check)
    expect(summary).toContain('**2 tests**: 1 failed')
    expect(summary).toMatch(/test_nothing_is_free` \| `tests\/test_orders\.py:23` \|/)
    await ground.annotates(second, check, [{ path: 'tests/test_orders.py', start_line: 23 }])
  })
}
