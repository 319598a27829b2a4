import { randomUUID } from 'node:crypto'
import { SecretsLocked, type Vault, type WrappedKey } from '../ports/secrets.ts'
import { type Key, keyId, newKey, seal, unseal } from './cipher.ts'

/**
 * The keys that encrypt values. They are made here, and never leave the process but encrypted with the key
 * of the server: so a new key for the server changes them and no value.
 */
export interface Keyring {
  /** Makes sure that the keys which are there can be opened. Rejects with `SecretsLocked`. */
  check(): Promise<void>
  /** The one for new values; the first call ever makes it. Rejects with `SecretsLocked`. */
  newest(): Promise<DataKey>
  /** Rejects with `SecretsLocked`. */
  find(id: string): Promise<DataKey>
}

export interface DataKey {
  readonly id: string
  readonly key: Key
}

/** `master`: the key of the server, null when it was given none. */
export function keyringOf(vault: Pick<Vault, 'keys' | 'addKey'>, master: Key | null): Keyring {
  // Keys stay open for as long as the process lives, also when a rotation wraps them anew meanwhile.
  const open = new Map<string, DataKey>()
  const opened = (wrapped: WrappedKey): DataKey => {
    const known = open.get(wrapped.id) ?? { id: wrapped.id, key: unwrap(master, wrapped) }
    open.set(known.id, known)
    return known
  }
  return {
    check: async () => {
      for (const one of await vault.keys()) opened(one)
    },
    newest: async () => {
      const last = (await vault.keys()).at(-1)
      return last ? opened(last) : made(vault, master)
    },
    find: async (id) => {
      const known = open.get(id)
      if (known) return known
      const wrapped = (await vault.keys()).find((one) => one.id === id)
      if (!wrapped) throw new SecretsLocked(`the key ${id} of a stored secret is missing`)
      return opened(wrapped)
    },
  }
}

/**
 * Encrypts all keys with another key of the server. Those for which that was done before are left alone, so
 * that it may be done again. Resolves to how many were changed; rejects with `SecretsLocked`, and then
 * nothing has changed.
 */
export async function rotate(
  vault: Pick<Vault, 'keys' | 'rewrap'>,
  old: Key,
  master: Key,
): Promise<number> {
  const to = keyId(master)
  const keys = (await vault.keys()).filter((one) => one.wrappedBy !== to)
  const again = keys.map((one) => wrap(master, { id: one.id, key: unwrap(old, one) }))
  if (await vault.rewrap(keyId(old), again)) return again.length
  throw new SecretsLocked('somebody else changed the keys at the same time; nothing was changed')
}

async function made(vault: Pick<Vault, 'addKey'>, master: Key | null): Promise<DataKey> {
  if (!master) throw new SecretsLocked(`SLUICE_SECRETS_KEY is missing: ${howToGetOne}`)
  const fresh = { id: randomUUID(), key: newKey() }
  await vault.addKey(wrap(master, fresh))
  return fresh
}

const wrap = (master: Key, { id, key }: DataKey): WrappedKey => ({
  id,
  wrappedBy: keyId(master),
  wrapped: seal(master, ['data key', id], key),
})

function unwrap(master: Key | null, { id, wrappedBy, wrapped }: WrappedKey): Key {
  if (!master)
    throw new SecretsLocked(
      `there are stored secrets and SLUICE_SECRETS_KEY is missing: it must be the key ${wrappedBy}`,
    )
  const key = unseal(master, ['data key', id], wrapped)
  if (key && wrappedBy === keyId(master)) return key
  throw new SecretsLocked(
    wrappedBy === keyId(master)
      ? `the key ${id} of stored secrets was damaged in the database`
      : `the stored secrets are encrypted with the key ${wrappedBy}, and the key that was given is ${keyId(master)}: give that one, or run \`sluice secret rotate\` with both`,
  )
}

const howToGetOne =
  '32 random bytes as base64 (openssl rand -base64 32 makes some), the same for all processes of Sluice'
