import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { continuationKeys } from '../src/continuation-keys.ts'
import { pipelineId } from '../src/model/ids.ts'
import { uuid } from './support/runs.ts'

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const [ours, theirs] = [rsa(), rsa()]
const pem = (key: typeof ours, type: 'pkcs1' | 'pkcs8') =>
  key.export({ type, format: 'pem' }).toString()
const keys = continuationKeys(pem(ours, 'pkcs8'))
const [one, other] = [pipelineId(uuid('a1')), pipelineId(uuid('a2'))]

test('a key says which pipeline it is for, also to a process that has the same App', () => {
  expect(keys.pipelineOf(keys.keyOf(one))).toBe(one)
  expect(continuationKeys(pem(ours, 'pkcs1')).pipelineOf(keys.keyOf(one))).toBe(one)
})

test('each pipeline has its own key', () => {
  expect(keys.keyOf(one)).not.toBe(keys.keyOf(other))
  expect(keys.keyOf(one)).toBe(keys.keyOf(one))
})

test.each([
  ['the key of another App', continuationKeys(pem(theirs, 'pkcs8')).keyOf(one)],
  ['a key whose pipeline was changed', keys.keyOf(one).replace(one, other)],
  ['a key with a letter more', `${keys.keyOf(one)}A`],
  ['a key without a signature', `sluice-continue.${one}.`],
  ['nothing', ''],
  ['a text', 'x'.repeat(100_000)],
])('%s is no key', (_name, key) => {
  expect(keys.pipelineOf(key)).toBeNull()
})
