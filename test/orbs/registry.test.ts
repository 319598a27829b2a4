import { afterEach, beforeEach, expect, test } from 'vitest'
import { faults, type OrbRegistry, realOrbs, startOrbRegistry } from '../support/orb-registry.ts'
import { orbText, testOrbs } from '../support/orbs.ts'

const real = realOrbs()
let registry: OrbRegistry

beforeEach(async () => {
  registry = await startOrbRegistry({
    'circleci/node@4.9.1': orbText('four'),
    'circleci/node@5.1.0': orbText('old'),
    'circleci/node@5.2.0': orbText('new'),
    'circleci/node@5.10.3': orbText('newest-of-five'),
    'circleci/node@10.0.0': orbText('ten'),
    'circleci/node@dev:feature/x': orbText('dev'),
  })
})
afterEach(() => registry.stop())

const orbs = (more: Parameters<typeof testOrbs>[0] = {}) =>
  testOrbs({ registry: registry.address, ...more })

test.each([
  ['5.2.0', '5.2.0', 'new'],
  ['5.2', '5.2.0', 'new'],
  ['5', '5.10.3', 'newest-of-five'],
  ['volatile', '10.0.0', 'ten'],
  ['dev:feature/x', 'dev:feature/x', 'dev'],
])('circleci/node@%s is version %s', async (wanted, version, name) => {
  const answer = await orbs().fetch(`circleci/node@${wanted}`)
  expect(answer).toEqual({ kind: 'source', version, text: orbText(name) })
  expect(registry.asked.map(({ reference }) => reference)).toEqual([`circleci/node@${wanted}`])
})

test.runIf(real)('real orbs come as they are', async () => {
  for (const [reference, text] of Object.entries(real ?? {})) {
    registry.publish(reference, text)
    expect(await orbs().fetch(reference)).toEqual({ kind: 'source', version: '1.0.0', text })
  }
})

test('the token goes with the question, and only where there is one', async () => {
  await orbs({ token: 'hush' }).fetch('circleci/node@5.2.0')
  await orbs().fetch('circleci/node@5.2.0')
  const sent = registry.asked.map(({ headers }) => headers.authorization)
  expect(sent).toEqual(['hush', undefined])
})

test('a version that does not exist is told with the nearest one and the newest', async () => {
  expect(await orbs().fetch('circleci/node@5.1.9')).toEqual({
    kind: 'missing',
    message: 'the orb circleci/node has no version 5.1.9',
    hint: expect.stringMatching(
      /^Did you mean circleci\/node@5\.1\.0\? The newest is 10\.0\.0\. Orbs are written .*volatile/,
    ),
  })
  const hintFor = async (version: string) => {
    const answer = await orbs().fetch(`circleci/node@${version}`)
    return answer.kind === 'missing' ? answer.hint : null
  }
  expect(await hintFor('5.9')).toContain('Did you mean circleci/node@5.10.3?')
  expect(await hintFor('7')).toMatch('Did you mean circleci/node@10.0.0? Orbs are')
})

test('an old development version may have expired', async () => {
  expect(await orbs().fetch('circleci/node@dev:gone')).toMatchObject({
    kind: 'missing',
    message:
      'the orb circleci/node has no version dev:gone; development versions expire after 90 days',
  })
})

test('an orb that does not exist may be private', async () => {
  expect(await orbs().fetch('circleci/nodes@5')).toEqual({
    kind: 'missing',
    message: 'the orb registry knows no orb circleci/nodes, or it is private',
    hint: expect.stringMatching(/^A private orb needs the setting SLUICE_ORB_TOKEN\. Orbs are/),
  })
  expect(await orbs({ token: 'hush' }).fetch('circleci/nodes@volatile')).toMatchObject({
    hint: expect.stringMatching(/^Orbs are/),
  })
})

test('a reference that is none is told without asking anybody', async () => {
  expect(await orbs().fetch('circleci/node')).toEqual({
    kind: 'missing',
    message: '"circleci/node" names no orb: its version is missing',
    hint: expect.stringContaining('dev:LABEL'),
  })
  expect(registry.asked).toEqual([])
})

const unreachable = async (more: Parameters<typeof testOrbs>[0] = {}) => {
  const answer = await orbs(more).fetch('circleci/node@5')
  if (answer.kind !== 'missing') throw new Error(`an answer: ${answer.kind}`)
  expect(answer.hint).toContain('.circleci/orbs/circleci/node@5.yml')
  return answer.message.replace('the orb registry could not be asked for circleci/node@5: ', '')
}

test.each([
  ['answers with 500', faults.status(500), 'it answered with HTTP 500'],
  ['refuses', faults.status(403), 'it answered with HTTP 403; it may want SLUICE_ORB_TOKEN'],
  ['redirects', faults.redirects('http://127.0.0.1:1/'), 'it answered with HTTP 307'],
  ['is something else', faults.malformed, 'its answer is not one of an orb registry'],
  ['answers nothing', faults.says({}), 'its answer is not one of an orb registry'],
  ['answers a list', faults.says([]), 'its answer is not one of an orb registry'],
  [
    'leaves the source out',
    faults.says({ data: { orbVersion: { version: '5.2.0' } } }),
    'its answer is not one of an orb registry',
  ],
  [
    'complains',
    faults.says({ errors: [{ message: 'no\n such\t namespace' }, 7] }),
    'it answered: no such namespace',
  ],
  ['complains without words', faults.says({ errors: [null] }), 'it answered: an error without a'],
  [
    'gives another version',
    faults.says({ data: { orbVersion: { version: '6.0.0', source: 'x' } } }),
    'it answered with version "6.0.0"',
  ],
  [
    'gives a version that is a path',
    faults.says({ data: { orbVersion: { version: '5.0.0/../../x', source: 'x' } } }),
    'it answered with version "5.0.0/../../x"',
  ],
  ['breaks off', faults.closes, /other side closed|terminated|ECONNRESET/],
  ['answers without end', faults.huge, 'its answer is larger than 25165824 bytes'],
])('a registry that %s is told with the way around it', async (_, fault, because) => {
  registry.failAlways(fault)
  expect(await unreachable()).toMatch(because)
})

test.each([
  ['is silent', faults.silent],
  ['stalls', faults.stalls],
])('a registry that %s is given up', async (_, fault) => {
  registry.failAlways(fault)
  expect(await unreachable({ timeoutMs: 200 })).toBe('no answer within 0.2 s')
})

test('a registry that is not there is told with the reason', async () => {
  await registry.stop()
  expect(await unreachable()).toContain('ECONNREFUSED')
})

test('a registry that is switched off is never asked', async () => {
  const message = await unreachable({ registry: null })
  expect(message).toBe('SLUICE_ORB_REGISTRY is off')
  expect(registry.asked).toEqual([])
})

test('an orb larger than 8 MB is refused', async () => {
  registry.publish('circleci/big@1.0.0', '#'.repeat(8 * 1024 * 1024 + 1))
  expect(await orbs().fetch('circleci/big@1')).toEqual({
    kind: 'missing',
    message: 'the orb circleci/big@1.0.0 is larger than 8388608 bytes',
    hint: null,
  })
})

test('a hiccup is waited out', async () => {
  registry.fail(faults.status(503), faults.closes)
  const answer = await orbs({ pausesMs: [1, 1] }).fetch('circleci/node@5.2.0')
  expect(answer).toMatchObject({ kind: 'source', version: '5.2.0' })
  expect(registry.asked).toHaveLength(3)
})

test('a refusal is not asked again', async () => {
  registry.failAlways(faults.status(401))
  expect(await unreachable({ pausesMs: [1, 1], token: 'old' })).toBe(
    'it answered with HTTP 401; SLUICE_ORB_TOKEN may be wrong',
  )
  expect(registry.asked).toHaveLength(1)
})

test('a dead registry is waited for once, not once for each of many orbs', async () => {
  registry.failAlways(faults.status(503))
  const { fetch } = orbs({ pausesMs: [1] })
  const all = Array.from({ length: 100 }, (_, index) => fetch(`circleci/node@1.0.${index}`))
  const answers = await Promise.all(all)
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['missing']))
  expect(registry.asked).toHaveLength(2 * 16)
  registry.failAlways(null)
  expect(await fetch('circleci/node@5.2.0')).toMatchObject({ kind: 'source' })
})

test('many orbs at once do not flood the registry, and all of them come', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `many/orb-${index}@1.0.0`)
  for (const name of names) registry.publish(name, name)
  const { fetch } = orbs()
  const answers = await Promise.all(names.map((name) => fetch(name)))
  expect(answers).toEqual(names.map((text) => ({ kind: 'source', version: '1.0.0', text })))
})
