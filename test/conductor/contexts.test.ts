import { expect, test } from 'vitest'
import { askContexts } from '../../src/conductor/contexts.ts'
import { jobId, pipelineId } from '../../src/model/ids.ts'
import type { Person } from '../../src/model/trigger.ts'
import { GitHubUnavailable, type Permission } from '../../src/ports/github.ts'
import type { Context } from '../../src/ports/secrets.ts'
import { ann, bob, repository } from '../support/builders.ts'

const stored: readonly Context[] = [
  { name: 'open', restrictions: [] },
  { name: 'team', restrictions: [{ kind: 'team', slug: 'ops' }] },
  {
    name: 'either',
    restrictions: [
      { kind: 'team', slug: 'ops' },
      { kind: 'role', least: 'maintain' },
    ],
  },
]

/** Ann is in ops and may read; bob is in no team and maintains. */
function parts(inTeam = (slug: string, person: Person) => slug === 'ops' && person.id === ann.id) {
  const permission = (login: string): Permission =>
    login === 'bob' ? { level: 'write', role: 'maintain' } : { level: 'read', role: 'read' }
  return {
    github: {
      permission: async (_: unknown, person: Person) => permission(person.login),
      inTeam: async (_: unknown, slug: string, person: Person) => inTeam(slug, person),
    },
    contexts: {
      contexts: async (owner: string, names: readonly string[]) =>
        owner === repository.owner ? stored.filter(({ name }) => names.includes(name)) : [],
    },
    clock: { now: () => 7, newId: () => 'x', sleep: () => Promise.resolve() },
  }
}

const asked = (person: Person, ...contexts: readonly string[]) =>
  ({
    type: 'ask-contexts',
    pipelineId: pipelineId('p'),
    jobId: jobId('j'),
    repository,
    contexts,
    person,
  }) as const

const eve: Person = { id: 9, login: 'eve', type: 'User' }

test.each([
  [ann, ['open'], null],
  [eve, ['open'], null],
  [ann, ['open', 'team', 'either'], null],
  [bob, ['either'], null],
  [bob, ['open', 'team'], 'bob may not use the context team: bob is not in the team ops'],
  [
    eve,
    ['either'],
    'eve may not use the context either: eve is not in the team ops; eve has read access; maintain access is needed',
  ],
  [
    ann,
    ['open', 'gone'],
    'there is no context gone in acme (sluice secret set NAME --context gone --org acme makes it)',
  ],
])('%o with %j: %s', async (person, contexts, refusal) => {
  expect(await askContexts(parts(), asked(person, ...contexts), 0)).toEqual({
    type: 'contexts-answered',
    pipelineId: 'p',
    at: 7,
    jobId: 'j',
    refusal,
  })
})

test('where GitHub does not answer it is asked again, and at last the job may not', async () => {
  const silent = parts(() => {
    throw new GitHubUnavailable('502')
  })
  await expect(askContexts(silent, asked(ann, 'team'), 8)).rejects.toThrow('502')
  expect(await askContexts(silent, asked(ann, 'team'), 9)).toMatchObject({
    refusal: 'GitHub did not say whether ann may use its contexts (502)',
  })
  expect(await askContexts(silent, asked(ann, 'open'), 0)).toMatchObject({ refusal: null })
})

test('an error of ours is no answer', async () => {
  const broken = parts(() => {
    throw new Error('a mistake')
  })
  await expect(askContexts(broken, asked(ann, 'team'), 99)).rejects.toThrow('a mistake')
})
