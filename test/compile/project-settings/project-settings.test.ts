import { expect, test } from 'vitest'
import { policyFor } from '../../../src/compile/project-settings/policy-for.ts'
import {
  readProjectSettings,
  usualSettings,
} from '../../../src/compile/project-settings/project-settings.ts'

const file = '.circleci/sluice.yml'
const readText = (text: string) => readProjectSettings({ text, file }, 'maintain')

const settingsOf = (text: string) => {
  const { settings, diagnostics } = readText(text)
  expect(diagnostics).toEqual([])
  if (settings === null) throw new Error('no settings and nothing wrong')
  return settings
}

/** `LINE:COLUMN code: message | hint` of everything wrong with a text that must not count. */
const wrongOf = (text: string): readonly string[] => {
  const { settings, diagnostics } = readText(text)
  expect(settings).toBeNull()
  return diagnostics.map(({ where, code, message, hint }) =>
    [`${where.line}:${where.column} ${code}: ${message}`, hint ?? []].flat().join(' | '),
  )
}

test.each(['', '\n\n', '# nothing yet\n', '\uFEFF# a mark\r\n  # and more'])(
  'a file that says nothing (%j) leaves all as the server says',
  (text) => {
    expect(settingsOf(text)).toEqual(usualSettings('maintain'))
  },
)

test('everything that can be said', () => {
  const settings = settingsOf(`
approvals:
  allow: { role: admin, teams: [Release, ops, release], people: [ann, 007] }
  not-author: true
  people-needed: 2
  expires: 7d
  jobs:
    deploy-*:
      allow: { teams: ops }
      expires: 1d12h
    anything: { not-author: false, people-needed: 1, expires: never }
forks: never
auto-cancel: off-default-branch
only-build-pull-requests: true
pull-requests: [opened, labeled, opened]
`)
  const usual = {
    allow: { role: 'admin', teams: ['release', 'ops'], people: ['ann', '007'] },
    notAuthor: true,
    peopleNeeded: 2,
    expiresAfterMs: 7 * 86_400_000,
  }
  expect(settings).toEqual({
    approvals: {
      usual,
      named: [
        {
          pattern: 'deploy-*',
          policy: {
            ...usual,
            allow: { role: null, teams: ['ops'], people: [] },
            expiresAfterMs: 36 * 3_600_000,
          },
        },
        {
          pattern: 'anything',
          policy: { ...usual, notAuthor: false, peopleNeeded: 1, expiresAfterMs: null },
        },
      ],
    },
    forks: 'never',
    autoCancel: 'off-default-branch',
    onlyBuildPullRequests: true,
    pullRequestActions: ['opened', 'labeled'],
  })
})

test('what approvals do not say is as the server says', () => {
  expect(settingsOf('approvals: { not-author: true }').approvals.usual).toEqual({
    allow: { role: 'maintain', teams: [], people: [] },
    notAuthor: true,
    peopleNeeded: 1,
    expiresAfterMs: null,
  })
})

test('naming teams or people takes the place of the role that would otherwise be enough', () => {
  const { usual } = settingsOf('approvals: { allow: { people: ann } }').approvals
  expect(usual.allow).toEqual({ role: null, teams: [], people: ['ann'] })
})

test('the first pattern that fits the name of a job counts', () => {
  const { approvals } = settingsOf(`
approvals:
  jobs:
    deploy-staging: { people-needed: 1 }
    deploy-*: { people-needed: 2 }
    '*': { people-needed: 3 }
`)
  const needed = (job: string) => policyFor(approvals, job).peopleNeeded
  expect(['deploy-staging', 'deploy-production', 'hold'].map(needed)).toEqual([1, 2, 3])
})

test('a job that no pattern fits has the usual policy; case and slashes count', () => {
  const { approvals } = settingsOf('approvals: { jobs: { deploy-*: { people-needed: 2 } } }')
  const names = ['hold', 'Deploy-x', 'deploy-a/b', 'deploy']
  expect(names.map((job) => policyFor(approvals, job))).toEqual(names.map(() => approvals.usual))
})

test.each<readonly [string, ...string[]]>([
  [
    'approval: {}',
    '1:1 unknown-key: "approval" is not a key of the settings of a repository | Did you mean approvals?',
  ],
  [
    'approvals: { allow: {} }',
    '1:14 bad-value: allow lets nobody in | Name a role (write, maintain or admin), teams or people.',
  ],
  [
    'approvals: { allow: { teams: [], people: } }',
    '1:14 bad-value: allow lets nobody in | Name a role (write, maintain or admin), teams or people.',
  ],
  [
    'approvals:\n  allow:\n',
    '2:3 bad-value: allow lets nobody in | Name a role (write, maintain or admin), teams or people.',
  ],
  [
    'approvals: { allow: { role: read } }',
    '1:29 bad-value: role cannot be "read" | Allowed: write, maintain, admin.',
  ],
  [
    'approvals: { allow: { team: ops } }',
    '1:23 unknown-key: "team" is not a key of allow | Did you mean teams?',
    '1:14 bad-value: allow lets nobody in | Name a role (write, maintain or admin), teams or people.',
  ],
  [
    'approvals: { allow: { teams: acme/ops } }',
    '1:30 bad-value: "acme/ops" is not the slug of a team | Write the last part of its address only: a team of the owner of this repository.',
  ],
  [
    'approvals: { allow: { people: "@ann" } }',
    '1:31 bad-value: "@ann" is not the login of a person | Write the name on GitHub, without @.',
  ],
  [
    'approvals: { allow: { people: ["deps[bot]"] } }',
    '1:32 bad-value: "deps[bot]" is not the login of a person | Bots never approve.',
  ],
  [
    'approvals: { not-author: yes please }',
    '1:26 wrong-type: not-author must be true or false, without quotes, this is a text ("yes please")',
  ],
  [
    'approvals: { people-needed: 0 }',
    '1:29 bad-value: people-needed must be between 1 and 10, this is 0 | Write how many different people must approve.',
  ],
  [
    'approvals: { people-needed: two }',
    '1:29 wrong-type: people-needed must be a whole number, without quotes, this is a text ("two")',
  ],
  [
    'approvals: { allow: { people: [ann, Ann] }, people-needed: 2 }',
    '1:45 bad-value: 2 people must approve, and only 1 may | Name more people, a team or a role below allow.',
  ],
  ...['7', '0d', '91d', '1.5d', 'a week', '2w', '-1d'].map(
    (written) =>
      [
        `approvals: { expires: ${written} }`,
        `1:23 bad-value: "${written}" is not a time between 1s and 90d | Write whole days, hours, minutes or seconds, e.g. 7d or 12h, or never.`,
      ] as const,
  ),
  [
    'approvals: { jobs: { /deploy/: {} } }',
    '1:22 bad-value: "/deploy/" is a regular expression; names of jobs are matched by * and ? | Write e.g. `deploy-*`.',
  ],
  [
    'approvals: { jobs: { a: { jobs: {} } } }',
    '1:27 unknown-key: "jobs" is not a key of the approvals of a job | Keys of the approvals of a job: allow, not-author, people-needed, expires.',
  ],
  ['forks: ask', '1:8 bad-value: forks cannot be "ask" | Allowed: hold, never, always.'],
  [
    'auto-cancel: true',
    '1:14 bad-value: auto-cancel cannot be "true" | Allowed: never, off-default-branch, every-branch.',
  ],
  [
    'pull-requests: [open]',
    '1:17 bad-value: pull-requests[0] cannot be "open" | Allowed: opened, synchronize, reopened, closed, ready_for_review, labeled.',
  ],
  [
    '- forks',
    '1:1 wrong-type: the settings must be a map of keys and values, this is a list | Begin with `approvals:`.',
  ],
])('%s is wrong as a whole, and is told where and why', (text, ...expected) => {
  expect(wrongOf(text).toSorted()).toEqual(expected.toSorted())
})

test('a hint spoils nothing', () => {
  const { settings, diagnostics } = readText('forks: &policy never')
  expect(settings?.forks).toBe('never')
  expect(diagnostics).toMatchObject([{ severity: 'hint', code: 'unused-anchor', file }])
})

test('a file that is no YAML says so in its place', () => {
  expect(wrongOf('approvals: [\n')[0]).toMatch(/^\d:\d+ yaml-syntax: /)
})

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'
    .split('')
    .map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)} *${'abcdefgh'[i]}]`),
].join('\n')

test.each([
  ['aliases that multiply', bomb],
  ['a file too large', `# ${'x'.repeat(70_000)}\nforks: never`],
  ['too much nesting', `approvals: ${'['.repeat(20_000)}`],
  ['thousands of names', `approvals: { allow: { people: [${'a,'.repeat(20_000)}] } }`],
  ['a name without end', `approvals: { allow: { teams: [${'o'.repeat(60_000)}] } }`],
  ['a pattern without end', `approvals: { jobs: { ? ${'*a'.repeat(20_000)} : {} } }`],
  ['the prototype', '__proto__: { forks: never }\nconstructor: 1'],
])('hostile: %s is refused and told', (_, text) => {
  const wrong = wrongOf(text)
  expect(wrong.length).toBeGreaterThan(0)
  expect(wrong.join('').length).toBeLessThan(100_000)
})
