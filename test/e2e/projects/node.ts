import { expect, test } from 'vitest'
import { artifactsOf, type Ground, project } from './ground.ts'

const files = project('node')
const check = 'build-and-test / test'

/** npm, a cache by the lock file, JUnit of Node's own test runner, artifacts. */
export function nodeProject(ground: Ground): void {
  test('a Node project is installed once, tested each time, and its failing test is shown at its line', async () => {
    const { system } = ground
    const copy = await system.repository('node')
    const first = await copy.commit(files)
    await copy.push('HEAD:main')
    await ground.becomes(first, { sluice: 'success', [check]: 'success' })
    const installing = await system.jobLog(first, check)
    expect(installing).toContain('No cache is found for key: npm-linux-')
    expect(installing).toMatch(/^added 1 package/m)
    expect(system.check(first, check).summary).toContain('**2 tests**: 0 failed')

    const artifacts = artifactsOf(system.check(first, check).summary)
    expect([...artifacts.keys()].toSorted()).toEqual(['0/dist/money.js', '0/reports/junit.xml'])
    const money = await fetch(artifacts.get('0/dist/money.js') ?? '')
    expect(await money.text()).toBe(files['packages/money/index.js'])

    const broken = `const cost = ({ price, count }) => (count > 1 ? 0 : price)
exports.total = (items) => items.map(cost).reduce((all, one) => all + one, 0)
`
    const second = await copy.commit({ 'cart.js': broken })
    await copy.push('HEAD:main')
    await ground.becomes(second, { sluice: 'failure', [check]: 'failure' })
    const cached = await system.jobLog(second, check)
    expect(cached).toMatch(/Found a cache from build \S+ at npm-linux-/)
    expect(cached).toContain('node_modules is there already\n')
    expect(cached).not.toContain('added 1 package')
    const { summary } = system.check(second, check)
    expect(summary).toMatch(/\*\*2 tests\*\*: 1 failed/)
    expect(summary).toMatch(/\| `.*every item counts` \| `test\/cart\.test\.js:14` \|/)
    await ground.annotates(second, check, [
      { path: 'test/cart.test.js', start_line: 14, annotation_level: 'failure' },
    ])
  })
}
