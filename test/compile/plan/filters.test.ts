import { expect, test } from 'vitest'
import type { Ref } from '../../../src/model/trigger.ts'
import { branch, compileText, planOf, tag, withWorkflow } from '../support.ts'

/** Why the only job does not run; null when it does. */
function refusal(filters: string, ref: Ref): string | null {
  const plan = planOf(withWorkflow(['a'], `      - a: { filters: ${filters} }\n`), ref)
  return plan.notSelected[0]?.because.replace(/^a: /, '') ?? null
}
const runs = (filters: string, ref: Ref) => refusal(filters, ref) === null

/** All the refs of the following table on which a filter lets a job run. */
const refs = {
  main: branch('main'),
  x: branch('x'),
  'tag v1': tag('v1'),
  'tag main': tag('main'),
}

test.each([
  ['{}', ['main', 'x']],
  ['{ branches: {} }', ['main', 'x']],
  ['{ tags: {} }', ['main', 'x', 'tag v1', 'tag main']],
  ['{ branches: { only: main } }', ['main']],
  ['{ branches: { ignore: main } }', ['x']],
  ['{ branches: { only: [x, main] } }', ['main', 'x']],
  ['{ branches: { only: main, ignore: main } }', ['main']],
  ['{ branches: { only: [] } }', []],
  ['{ branches: { ignore: [] } }', ['main', 'x']],
  ['{ branches: { ignore: /.*/ } }', []],
  ['{ tags: { only: /^v.*/ } }', ['main', 'x', 'tag v1']],
  ['{ tags: { ignore: /^v.*/ } }', ['main', 'x', 'tag main']],
  ['{ tags: { only: /.*/ }, branches: { ignore: /.*/ } }', ['tag v1', 'tag main']],
  ['{ tags: { only: main }, branches: { only: x } }', ['x', 'tag main']],
])('%s runs on %j', (filters, expected) => {
  const selected = Object.entries(refs).filter(([, ref]) => runs(filters, ref))
  expect(selected.map(([name]) => name)).toEqual(expected)
})

const only = (pattern: string, name: string) =>
  runs(`{ branches: { only: ${JSON.stringify(pattern)} } }`, branch(name))

test.each([
  ['main', 'main', true],
  ['main', 'Main', false],
  ['main', 'maintenance', false],
  ['main', 'x/main', false],
  // Between slashes: a Java regular expression that must match the whole name.
  ['/main/', 'main', true],
  ['/main/', 'x/main', false],
  ['/^config-test/', 'config-test', true],
  ['/^config-test/', 'config-test-2', false],
  ['/^config-test.*/', 'config-test-2', true],
  ['/user-.*/', 'user-x', true],
  ['/pre-prod(?:-.+)?$/', 'pre-prod', true],
  ['/pre-prod(?:-.+)?$/', 'pre-prod-1', true],
  ['/pre-prod(?:-.+)?$/', 'pre-products', false],
  ['/a|b/', 'a', true],
  ['/a|b/', 'b', true],
  ['/a|b/', 'ab', false],
  ['/^(?!main$).*/', 'main', false],
  ['/^(?!main$).*/', 'maine', true],
  ['/feature\\/.*/', 'feature/a/b', true],
  ['/MAIN/', 'main', false],
  ['/(?i)MAIN/', 'main', true],
  // A lone slash is a name.
  ['/', '/', true],
  ['/main', 'main', false],
  // Globs are ours: * ? [ ] only.
  ['feature/*', 'feature/a', true],
  ['feature/*', 'feature/a/b', false],
  ['feature/**', 'feature/a/b', true],
  ['feature/*', 'feature/.hidden', true],
  ['*', 'main', true],
  ['*', 'a/b', false],
  ['**', 'a/b', true],
  ['release-?', 'release-1', true],
  ['release-?', 'release-12', false],
  ['v[0-9].[0-9]*', 'v1.22', true],
  ['[!v]*', 'main', true],
  // Legal in branch names, therefore literal.
  ['{a,b}', 'a', false],
  ['{a,b}', '{a,b}', true],
  ['{a,b}*', 'ax', false],
  ['{a,b}*', '{a,b}x', true],
  ['!main', '!main', true],
  ['!main', 'other', false],
  ['!m*', 'other', false],
  ['!m*', '!main', true],
  ['+(a)', '+(a)', true],
  ['+(a)', 'aa', false],
  ['+(a)*', 'aa', false],
  ['+(a)*', '+(a)b', true],
  ['@(a|b)*', 'a', false],
  ['#x*', '#xy', true],
])('only %s on the branch %s: %j', (pattern, name, expected) => {
  expect(only(pattern, name)).toBe(expected)
})

test.each([
  ['{ branches: { only: main } }', 'branches.only: main does not match feature/x'],
  [
    '{ branches: { only: [main, /release-.*/] } }',
    'branches.only: main, /release-.*/ — feature/x matches none',
  ],
  ['{ branches: { only: [] } }', 'branches.only is empty: it matches nothing'],
  [
    '{ branches: { ignore: [main, /feature.*/] } }',
    'branches.ignore: /feature.*/ matches feature/x',
  ],
  [
    "{ branches: { only: '*' } }",
    'branches.only: * does not match feature/x (* stops at a slash, ** does not)',
  ],
  [
    "{ branches: { only: 'feat*' } }",
    'branches.only: feat* does not match feature/x (* stops at a slash, ** does not)',
  ],
  ["{ branches: { only: 'fix*' } }", 'branches.only: fix* does not match feature/x'],
])('%s says why feature/x does not run', (filters, because) => {
  expect(refusal(filters, branch('feature/x'))).toBe(because)
})

test('the line of the filter is the place to look at', () => {
  const text = withWorkflow(
    ['a', 'b'],
    '      - b\n      - a:\n          filters:\n            branches:\n              only: main\n',
  )
  const [refused] = planOf(text, branch('x')).workflows[0]?.notSelected ?? []
  expect(refused).toMatchObject({ name: 'a', where: { line: 12, column: 15 } })
})

test('hostile branch names do no harm', () => {
  const text = withWorkflow(['a'], '      - a: { filters: { branches: { only: main } } }\n')
  for (const name of ['', '.*', '$(id)', '\u001b[31m', 'a'.repeat(100_000), '__proto__', '\uD800'])
    expect(compileText(text, branch(name)).kind).toBe('compiled')
})
