import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { localOrbs } from '../src/local-orbs.ts'
import { type OrbRegistry, startOrbRegistry } from './support/orb-registry.ts'
import { nothingVendored, orbText } from './support/orbs.ts'

let registry: OrbRegistry
let cache: string
const complaints: string[] = []

beforeEach(async () => {
  registry = await startOrbRegistry({ 'a/b@1.2.3': orbText('b') })
  cache = mkdtempSync(join(tmpdir(), 'sluice-cache-'))
  complaints.length = 0
  vi.stubEnv('XDG_CACHE_HOME', cache)
  vi.stubEnv('SLUICE_ORB_REGISTRY', registry.address)
  vi.stubEnv('SLUICE_ORB_TOKEN', 'hush')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await registry.stop()
  rmSync(cache, { recursive: true, force: true })
})

const orbs = (offline: boolean) => localOrbs({ offline, complain: (line) => complaints.push(line) })
const b = { kind: 'source', version: '1.2.3', text: orbText('b') }

test('an orb that was fetched once is there without the network', async () => {
  expect(await orbs(false).fetch('a/b@1', nothingVendored)).toEqual(b)
  expect(registry.asked.map(({ headers }) => headers.authorization)).toEqual(['hush'])
  await registry.stop()
  expect(await orbs(true).fetch('a/b@1.2.3', nothingVendored)).toEqual(b)
  expect(await orbs(false).fetch('a/b@1.2.3', nothingVendored)).toEqual(b)
  expect(await orbs(true).fetch('a/b@1', nothingVendored)).toEqual({ kind: 'opaque' })
  expect(readdirSync(cache)).toEqual(['sluice'])
  expect(complaints).toEqual([])
})

test('offline nothing is asked for and nothing is written', async () => {
  expect(await orbs(true).fetch('a/b@1.2.3', nothingVendored)).toEqual({ kind: 'opaque' })
  expect(registry.asked).toEqual([])
  expect(existsSync(join(cache, 'sluice'))).toBe(false)
})

test('a cache that cannot be written is told in one line, and the orb is there', async () => {
  vi.stubEnv('XDG_CACHE_HOME', '/dev/null')
  expect(await orbs(false).fetch('a/b@1.2.3', nothingVendored)).toEqual(b)
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toMatch(/an orb could not be kept for the next time .*ENOTDIR/)
})

test('every wrong setting about orbs is told, and no other', () => {
  vi.stubEnv('SLUICE_ORB_REGISTRY', 'nowhere')
  vi.stubEnv('SLUICE_ORB_URLS', 'http://orbs.example.com/')
  vi.stubEnv('PORT', 'x')
  expect(() => orbs(false)).toThrow(/^SLUICE_ORB_REGISTRY is .*\nSLUICE_ORB_URLS is .*$/)
})
