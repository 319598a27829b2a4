import { expect, test } from 'vitest'
import { askPermission, judge } from '../../src/conductor/permission.ts'
import { pipelineId } from '../../src/model/ids.ts'
import { ann, repository } from '../support/builders.ts'

test.each([
  ['admin', 'admin', 'write', true],
  ['write', 'write', 'write', true],
  ['write', 'maintain', 'maintain', true],
  ['write', 'write', 'maintain', false],
  ['write', 'release-manager', 'write', true],
  ['write', 'release-manager', 'admin', false],
  ['read', 'triage', 'write', false],
  ['none', 'none', 'write', false],
] as const)('level %s as %s where %s is needed: %s', (level, role, least, allowed) => {
  expect(judge({ level, role }, least, 'ann')[0]).toBe(allowed)
})

test('a refusal names the person, what they have and what is needed', () => {
  expect(judge({ level: 'read', role: 'triage' }, 'write', 'ann')).toEqual([
    false,
    'ann has triage access; write access is needed',
  ])
})

const effect = {
  type: 'ask-permission',
  pipelineId: pipelineId('p'),
  repository,
  request: { person: ann, action: 'approve', jobId: null },
} as const
const silent = {
  github: {
    permission: () => Promise.reject(new Error('502')),
    inTeam: never,
    readFile: never,
    head: never,
    tag: never,
    person: never,
    cloneAccess: never,
  },
  clock: { now: () => 7, newId: () => 'x', sleep: () => Promise.resolve() },
  approvers: 'write',
} as const
function never(): Promise<never> {
  return Promise.reject(new Error('not asked for'))
}

test('a look-up that fails is tried again, and at last is a no that says so', async () => {
  await expect(askPermission(silent, effect, 0)).rejects.toThrow('502')
  expect(await askPermission(silent, effect, 2)).toMatchObject({
    type: 'permission-answered',
    allowed: false,
    because: 'GitHub did not say whether they may; try again',
  })
})
