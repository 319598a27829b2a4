import { array, assert, asyncProperty, boolean, constantFrom, record, subarray } from 'fast-check'
import { expect, test } from 'vitest'
import { askPermission } from '../../src/conductor/permission.ts'
import type { Action } from '../../src/model/event.ts'
import { jobId, pipelineId } from '../../src/model/ids.ts'
import type { Person } from '../../src/model/trigger.ts'
import { GitHubUnavailable, type Permission } from '../../src/ports/github.ts'
import { ann, repository } from '../support/builders.ts'

/** Asked only where the default branch of the event cannot be read. */
const untold = { defaultBranch: async () => 'main', head: async () => null }

interface Place {
  readonly settings: string | null
  readonly permission: (login: string) => Permission
  readonly teams: Readonly<Record<string, readonly string[]>>
}

/** Ann has the role; the context `gate` is for the team ops. */
const partsOf = ({ settings = null, permission = () => write, teams = {} }: Partial<Place>) => {
  const asked: string[] = []
  const parts = {
    github: {
      permission: async (_: unknown, { login }: Person) => permission(login),
      inTeam: async (_: unknown, slug: string, { login }: Person) => {
        asked.push(`${login} in ${slug}`)
        return teams[slug]?.includes(login) ?? false
      },
      ...untold,
      readFile: async () => settings,
    },
    contexts: {
      contexts: async (_: string, names: readonly string[]) =>
        names.map((name) => ({ name, restrictions: [{ kind: 'team', slug: 'ops' } as const] })),
    },
    clock: { now: () => 7, newId: () => 'x', sleep: () => Promise.resolve() },
    configPath: '.circleci/config.yml',
    approvers: 'write',
  } as const
  return { parts, asked }
}
const write: Permission = { level: 'write', role: 'write' }
const read: Permission = { level: 'read', role: 'read' }

const question = { job: 'hold', contexts: [], author: false, earlier: [] }
const effectOf = (action: Action, approval: Partial<typeof question> = {}) =>
  ({
    type: 'ask-permission',
    pipelineId: pipelineId('p'),
    repository,
    request: { person: ann, action, jobId: jobId('j') },
    ...((action === 'approve' || action === 'reject') && {
      approval: { ...question, ...approval },
    }),
  }) as const

const answerTo = async (
  place: Partial<Place>,
  action: Action = 'approve',
  approval: Partial<typeof question> = {},
) => askPermission(partsOf(place).parts, effectOf(action, approval), 0)

test('a look-up that fails is tried again, and at last is a no that says so', async () => {
  const silent = {
    ...partsOf({}).parts,
    github: {
      permission: () => Promise.reject(new GitHubUnavailable('502')),
      inTeam: async () => true,
      ...untold,
      readFile: async () => null,
    },
  }
  await expect(askPermission(silent, effectOf('approve'), 0)).rejects.toThrow('502')
  expect(await askPermission(silent, effectOf('approve'), 2)).toMatchObject({
    type: 'permission-answered',
    allowed: false,
    because: 'GitHub did not say whether they may; try again',
  })
})

test('without settings the server says who may approve', async () => {
  expect(await answerTo({})).toMatchObject({
    allowed: true,
    because: 'ann has write access',
    approval: { policy: { allow: { role: 'write' } }, obstacle: null, lapsed: [] },
  })
  expect(await answerTo({ permission: () => read })).toMatchObject({
    allowed: false,
    because: 'ann has read access; write access is needed',
  })
})

test('the policy that fits the name of the job counts', async () => {
  const settings = 'approvals: { jobs: { hold: { allow: { role: admin } } } }'
  expect(await answerTo({ settings })).toMatchObject({
    allowed: false,
    because: 'ann has write access; admin access is needed',
  })
  expect(await answerTo({ settings }, 'approve', { job: 'other' })).toMatchObject({ allowed: true })
})

test('settings with an error let nobody in, and name the line', async () => {
  const settings = 'approvals:\n  people: 2\n'
  for (const action of ['approve', 'reject'] as const)
    expect(await answerTo({ settings }, action)).toMatchObject({
      allowed: false,
      because: expect.stringMatching(
        /^\.circleci\/sluice\.yml of the default branch is wrong in line 2: /,
      ),
      approval: { policy: null, obstacle: expect.stringContaining('line 2') },
    })
})

test('canceling and running again is for writers, whatever the settings say', async () => {
  const settings = 'approvals: { allow: { role: admin }, not-author: true } # and an error\nx: y'
  for (const action of ['cancel', 'rerun-all'] as const) {
    expect(await answerTo({ settings }, action)).toMatchObject({ allowed: true })
    expect(await answerTo({ permission: () => read }, action)).toMatchObject({ allowed: false })
  }
})

test('a member of a team may, with read access, and is asked for only where that decides', async () => {
  const settings = 'approvals: { allow: { role: admin, teams: [ops, release] } }'
  const teams = { release: ['ann'] }
  expect(await answerTo({ settings, teams, permission: () => read })).toMatchObject({
    allowed: true,
    because: 'ann is in the team release',
  })
  const { parts, asked } = partsOf({
    settings,
    permission: () => ({ level: 'admin', role: 'admin' }),
  })
  await askPermission(parts, effectOf('approve'), 0)
  expect(asked).toEqual([])
  expect(await answerTo({ settings, permission: () => read })).toMatchObject({
    because:
      'ann has read access; only people with admin access or members of the teams ops or release may',
  })
})

test('who cannot see the repository may not, named or in a team or not', async () => {
  const settings = 'approvals: { allow: { teams: ops, people: ann } }'
  const permission = () => ({ level: 'none', role: 'none' }) as const
  expect(await answerTo({ settings, permission, teams: { ops: ['ann'] } })).toMatchObject({
    allowed: false,
    because: 'ann has no access; only members of the team ops or ann may',
  })
})

test('an author may reject, and where the settings say so may not approve', async () => {
  const settings = 'approvals: { not-author: true }'
  expect(await answerTo({ settings }, 'approve', { author: true })).toMatchObject({
    allowed: false,
    because: 'ann is an author of this change; somebody else has to',
  })
  expect(await answerTo({ settings }, 'reject', { author: true })).toMatchObject({ allowed: true })
  expect(await answerTo({}, 'approve', { author: true })).toMatchObject({ allowed: true })
})

test('a context of the approval itself restricts who approves, not who rejects', async () => {
  const approval = { contexts: ['gate'] } as never
  expect(await answerTo({}, 'approve', approval)).toMatchObject({
    allowed: false,
    because: 'ann may not use the context gate: ann is not in the team ops',
  })
  expect(await answerTo({}, 'reject', approval)).toMatchObject({ allowed: true })
  const teams = { ops: ['ann'] }
  expect(await answerTo({ teams }, 'approve', approval)).toMatchObject({ allowed: true })
})

test('who approved before and lost the right since is named', async () => {
  const earlier = [
    { person: { id: 8, login: 'gone', type: 'User' }, author: false },
    { person: { id: 9, login: 'there', type: 'User' }, author: false },
  ]
  const permission = (login: string) => (login === 'gone' ? read : write)
  expect(await answerTo({ permission }, 'approve', { earlier } as never)).toMatchObject({
    allowed: true,
    approval: { lapsed: [8] },
  })
})

test('a question of before an update, which lacks the policy’s name, is a no', async () => {
  const { approval: _, ...old } = effectOf('approve')
  expect(await askPermission(partsOf({}).parts, old, 0)).toMatchObject({ allowed: false })
})

const roles = ['write', 'maintain', 'admin'] as const
const standings: readonly Permission[] = [
  { level: 'none', role: 'none' },
  { level: 'read', role: 'read' },
  { level: 'read', role: 'triage' },
  // A custom role may be called like one of GitHub's that may more.
  { level: 'read', role: 'maintain' },
  { level: 'read', role: 'admin' },
  { level: 'write', role: 'write' },
  { level: 'write', role: 'maintain' },
  { level: 'write', role: 'release-manager' },
  { level: 'admin', role: 'admin' },
]

test('no policy lets in who is neither of its role, teams nor people, or is barred as author', async () => {
  await assert(
    asyncProperty(
      record({
        role: constantFrom(null, ...roles),
        teams: subarray(['ops', 'release']),
        people: subarray(['ann', 'Ann', 'bob']),
        notAuthor: boolean(),
      }),
      record({
        permission: constantFrom(...standings),
        teams: subarray(['ops', 'other']),
        author: boolean(),
      }),
      array(constantFrom('approve', 'reject'), { minLength: 1, maxLength: 2 }),
      async (allow, person, actions) => {
        const { role, teams, people, notAuthor } = allow
        const said = { ...(role && { role }), teams, people }
        const settings = JSON.stringify({ approvals: { allow: said, 'not-author': notAuthor } })
        const { permission, author } = person
        const place = {
          settings,
          permission: () => permission,
          teams: Object.fromEntries(person.teams.map((team) => [team, ['ann']])),
        }
        const atLeast = { write: ['write', 'admin'], maintain: ['admin'], admin: ['admin'] }
        const byRole =
          role !== null &&
          (atLeast[role].includes(permission.level) ||
            (role === 'maintain' && permission.level === 'write' && permission.role === role))
        const named = people.some((one) => one.toLowerCase() === 'ann')
        const byTeam = teams.includes('ops') && person.teams.includes('ops')
        for (const action of actions) {
          const barred = notAuthor && author && action === 'approve'
          const may = permission.level !== 'none' && !barred && (byRole || named || byTeam)
          const answer = await answerTo(place, action, { author })
          expect(answer).toMatchObject({ allowed: may })
        }
      },
    ),
    { numRuns: 500 },
  )
})
