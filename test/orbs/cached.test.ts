import { afterEach, beforeEach, expect, test } from 'vitest'
import { faults, type OrbRegistry, startOrbRegistry } from '../support/orb-registry.ts'
import { nothingVendored, testOrbs } from '../support/orbs.ts'

let registry: OrbRegistry

beforeEach(async () => {
  registry = await startOrbRegistry({ 'a/b@1.0.0': 'one', 'a/b@dev:x': 'draft' })
})
afterEach(() => registry.stop())

const orbs = (more: Parameters<typeof testOrbs>[0] = {}) =>
  testOrbs({ registry: registry.address, ...more })
const asked = () => registry.asked.map(({ reference }) => reference)
const minutes = (count: number) => count * 60_000

test('an exact version is asked for once and kept for ever', async () => {
  const { cache, fetch } = orbs()
  await fetch('a/b@1.0.0')
  cache.age(minutes(60 * 24 * 365))
  registry.failAlways(faults.status(500))
  expect(await fetch('a/b@1.0.0')).toEqual({ kind: 'source', version: '1.0.0', text: 'one' })
  expect(asked()).toEqual(['a/b@1.0.0'])
})

test.each([
  ['a/b@1.0', 5],
  ['a/b@1', 5],
  ['a/b@volatile', 5],
  ['a/b@dev:x', 1],
])('%s is asked for again after %i minutes', async (reference, fresh) => {
  const { cache, fetch } = orbs()
  await fetch(reference)
  cache.age(minutes(fresh))
  await fetch(reference)
  expect(asked()).toEqual([reference])
  cache.age(1)
  await fetch(reference)
  expect(asked()).toEqual([reference, reference])
})

test('a range moves on when a version is published', async () => {
  const { cache, fetch } = orbs()
  await fetch('a/b@1')
  registry.publish('a/b@1.1.0', 'two')
  expect(await fetch('a/b@1')).toMatchObject({ version: '1.0.0' })
  cache.age(minutes(6))
  expect(await fetch('a/b@1')).toEqual({ kind: 'source', version: '1.1.0', text: 'two' })
})

test('what a range stood for need not be asked for by its exact version', async () => {
  const { fetch } = orbs()
  await fetch('a/b@1')
  expect(await fetch('a/b@1.0.0')).toMatchObject({ text: 'one' })
  expect(asked()).toEqual(['a/b@1'])
})

test('a development version is never taken for one that stays', async () => {
  const { cache, fetch } = orbs()
  await fetch('a/b@dev:x')
  registry.publish('a/b@dev:x', 'better')
  cache.age(minutes(2))
  expect(await fetch('a/b@dev:x')).toMatchObject({ version: 'dev:x', text: 'better' })
})

test('those who want the same orb at the same time wait for one answer', async () => {
  const { fetch } = orbs()
  const all = await Promise.all(Array.from({ length: 10 }, () => fetch('a/b@1')))
  expect(new Set(all.map((one) => one.kind === 'source' && one.text))).toEqual(new Set(['one']))
  expect(asked()).toEqual(['a/b@1'])
})

test('a failure is not kept: the next who asks may be lucky', async () => {
  const { fetch } = orbs()
  registry.fail(faults.status(404))
  expect(await fetch('a/b@1')).toMatchObject({ kind: 'missing' })
  expect(await fetch('a/b@1')).toMatchObject({ kind: 'source' })
  expect(await fetch('a/c@1.0.0')).toMatchObject({ kind: 'missing' })
  registry.publish('a/c@1.0.0', 'new')
  expect(await fetch('a/c@1.0.0')).toMatchObject({ kind: 'source' })
})

test('where the registry is away, a range stands for what it stood for, with a line in the log', async () => {
  const { cache, fetch, entries } = orbs()
  await fetch('a/b@1')
  cache.age(minutes(90))
  registry.failAlways(faults.status(502))
  expect(await fetch('a/b@1')).toEqual({ kind: 'source', version: '1.0.0', text: 'one' })
  expect(entries).toEqual([
    {
      level: 'warn',
      message: 'an orb could not be asked for again; what it stood for last is used',
      facts: {
        source: registry.address,
        orb: 'a/b@1',
        version: '1.0.0',
        ageMinutes: 90,
        because: 'it answered with HTTP 502',
      },
    },
  ])
})

test('an orb that the registry took away is missing, whatever it stood for', async () => {
  const { cache, fetch } = orbs()
  await fetch('a/b@1')
  cache.age(minutes(6))
  registry.failAlways(faults.says({ data: { orbVersion: null } }))
  expect(await fetch('a/b@1')).toMatchObject({ kind: 'missing' })
})

test('a registry that changes a published version is not followed, and the log says so', async () => {
  const { fetch, entries } = orbs()
  await fetch('a/b@1.0.0')
  registry.publish('a/b@1.0.0', 'stolen')
  expect(await fetch('a/b@1')).toEqual({ kind: 'source', version: '1.0.0', text: 'one' })
  expect(await fetch('a/b@1')).toMatchObject({ text: 'one' })
  expect(entries).toEqual([
    {
      level: 'error',
      message:
        'the orb registry changed a version that was published; the text it gave first is used',
      facts: { source: registry.address, orb: 'a/b@1.0.0' },
    },
  ])
})

test('one registry never answers for another', async () => {
  const other = await startOrbRegistry({ 'a/b@1.0.0': 'theirs' })
  const { cache, fetch } = orbs()
  await fetch('a/b@1.0.0')
  const there = testOrbs({ registry: other.address, cache })
  expect(await there.fetch('a/b@1.0.0')).toMatchObject({ text: 'theirs' })
  await other.stop()
})

test('offline nobody is asked: what was kept is used whatever its age, the rest is opaque', async () => {
  const { cache, fetch } = orbs()
  await fetch('a/b@1')
  cache.age(minutes(600))
  const offline = orbs({ cache, offline: true })
  expect(await offline.fetch('a/b@1')).toMatchObject({ kind: 'source', text: 'one' })
  for (const reference of ['a/b@2', 'a/b@dev:x', 'https://orbs.example.com/a.yml'])
    expect(await offline.fetch(reference)).toEqual({ kind: 'opaque' })
  expect(await offline.fetch('a/b@latest')).toMatchObject({ kind: 'missing' })
  const nowhere = testOrbs({ offline: true, registry: null })
  expect(await nowhere.fetch('a/b@1', nothingVendored)).toEqual({ kind: 'opaque' })
  expect(asked()).toEqual(['a/b@1'])
})
