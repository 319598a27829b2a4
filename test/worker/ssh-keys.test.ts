import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomInt } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AddSshKeysStep } from '../../src/model/step.ts'
import { secretsOf } from '../../src/secrets/secrets.ts'
import { hasFingerprint, sshKeyOf } from '../../src/worker/ssh-key.ts'
import { repository } from '../support/builders.ts'
import { runStep, testKey, type Workplace, workplace } from '../support/workplace.ts'

const modern = '-t ed25519'
const pem = '-t rsa -b 2048 -m PEM'
const kinds = [modern, '-t rsa -b 2048', '-t ecdsa -b 384', pem, '-t ecdsa -m PEM']

interface Made {
  readonly text: string
  readonly md5: string
  readonly sha256: string
}

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined
if (!hasKeygen) console.log('ssh-keys.test.ts is skipped: there is no ssh-keygen (openssh-client)')

let directory: string
let count = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-keys-'))
})
afterAll(() => rm(directory, { recursive: true }))

const keygen = (...args: readonly string[]) =>
  execFileSync('ssh-keygen', args, { encoding: 'utf8' })

async function newKey(kind: string, passphrase = ''): Promise<Made> {
  const file = join(directory, String(count++))
  keygen('-q', ...kind.split(' '), '-N', passphrase, '-f', file)
  const fingerprint = (hash: string) =>
    keygen('-l', '-E', hash, '-f', `${file}.pub`).split(' ')[1] ?? ''
  return {
    text: await readFile(file, 'utf8'),
    md5: fingerprint('md5'),
    sha256: fingerprint('sha256'),
  }
}

describe.skipIf(!hasKeygen)('a private key', () => {
  test.each(kinds)(
    'made by ssh-keygen %s has the fingerprints that ssh-keygen tells',
    async (kind) => {
      const { text, md5, sha256 } = await newKey(kind)
      const key = sshKeyOf(text.trim())
      if (!key.ok) throw new Error(key.problem)
      expect([`MD5:${key.value.md5}`, key.value.sha256]).toEqual([md5, sha256])
      for (const written of [md5, md5.slice(4), md5.toUpperCase(), sha256, `${sha256}=`])
        expect(hasFingerprint(key.value, written)).toBe(true)
      expect(hasFingerprint(key.value, sha256.toLowerCase())).toBe(false)
      expect(key.value.text).toBe(`${text.trim()}\n`)
    },
  )

  test('with a passphrase is refused, in whatever form', async () => {
    for (const kind of [modern, pem]) {
      const { text } = await newKey(kind, 'secret words')
      expect(sshKeyOf(text)).toEqual({ ok: false, problem: 'is protected with a passphrase' })
    }
  })

  test.each([
    ['', 'is no private key'],
    ['ssh-ed25519 AAAA', 'is no private key'],
    [
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
      'is no private key',
    ],
    [
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.from('openssh-key-v1\0\xff').toString('base64')}\n-----END OPENSSH PRIVATE KEY-----`,
      'is damaged',
    ],
  ])('that is none is refused: %j', (text, problem) => {
    expect(sshKeyOf(text)).toEqual({ ok: false, problem })
  })

  test('of a kind that ssh does not know is refused', () => {
    const { privateKey } = generateKeyPairSync('x25519')
    const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(sshKeyOf(text)).toEqual({ ok: false, problem: 'is of a kind that ssh does not know' })
  })
})

describe.skipIf(!hasKeygen)('add_ssh_keys', () => {
  let place: Workplace
  const shop = { ...repository, id: randomInt(2 ** 31), name: 'shop-with-keys' }
  const keys: Made[] = []
  beforeAll(async () => {
    place = await workplace()
    await place.start()
    const secrets = secretsOf(place.database.store.vault, testKey)
    const scope = { kind: 'project', owner: shop.owner, name: shop.name } as const
    for (const name of ['SSH_KEY', 'SSH_KEY_DEPLOY']) {
      const key = await newKey(modern)
      keys.push(key)
      await secrets.set(scope, name, key.text.trim())
    }
    await secrets.set(scope, 'SSH_HOST', 'not a key')
  })
  afterAll(() => place.close())

  const step = (fingerprints: readonly string[] | null): AddSshKeysStep => ({
    name: 'Adding SSH keys',
    when: 'on_success',
    where: runStep('').where,
    type: 'add_ssh_keys',
    fingerprints,
  })
  const look = runStep(
    'stat -c "%a %n" .ssh .ssh/*; grep IdentityFile .ssh/config; for k in .ssh/id_*; do ssh-keygen -l -f $k; done',
    { workingDirectory: '~' },
  )
  const run = async (fingerprints: readonly string[] | null, project = shop) => {
    const steps = [step(fingerprints), step(fingerprints), look, runStep('env')]
    const queued = await place.queue(steps, { trigger: { repository: project } })
    const outcome = await queued.outcome()
    const logs = await Promise.all([1, 2, 3, 4].map((index) => queued.log(index)))
    return { outcome, logs, told: await queued.variables() }
  }

  test('adds all keys of the project, readable by nobody else, and has ssh use them', async () => {
    const { outcome, logs } = await run(null)
    expect(outcome).toEqual({ kind: 'success' })
    const [added = '', again, seen = ''] = logs
    expect(again).toBe(added)
    expect(seen).toMatch(/^700 .ssh\n600 .ssh\/config\n(600 .ssh\/id_rsa_[0-9a-f]{32}\n){2}/)
    // Once each, although it was asked twice.
    expect(seen.match(/IdentityFile \/.*\/\.ssh\/id_rsa_/g)).toHaveLength(2)
    for (const { sha256 } of keys) {
      expect(added).toContain(`Added the key ${sha256}`)
      expect(seen).toContain(sha256)
    }
  })

  test('adds the keys with the fingerprints only', async () => {
    const [first, second] = keys
    const { logs } = await run([second?.md5.slice(4) ?? ''])
    expect(logs[2]).toContain(second?.sha256)
    expect(logs[2]).not.toContain(first?.sha256)
  })

  test('fails when there is no key with a fingerprint', async () => {
    const { outcome } = await run(['SHA256:nobody'])
    expect(outcome).toMatchObject({ kind: 'failed', step: 'Adding SSH keys' })
    expect(outcome).toHaveProperty('because', expect.stringContaining('fingerprint SHA256:nobody'))
  })

  test('goes on without keys where the project has none', async () => {
    const { logs } = await run(null, { ...shop, id: randomInt(2 ** 31), name: 'keyless' })
    expect(logs[0]).toBe('No SSH keys are stored for this project: none was added\n')
  })

  test('is the only way to the keys: they are no variables', async () => {
    const { logs, told } = await run(null)
    expect([logs[3], told].join('')).not.toMatch(/SSH_KEY|PRIVATE KEY/)
    expect(told).toContain('SSH_HOST=****')
  })
})
