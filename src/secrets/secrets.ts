/**
 * Secrets in clear: sealed on their way into the vault (`set`), opened for a job (`variables`), with keys from
 * the `keyring` by a `cipher`. Nothing in clear is kept.
 */
import {
  type JobSecrets,
  type SealedScope,
  type SecretScope,
  SecretsLocked,
  type StoredVariables,
  type Vault,
} from '../ports/secrets.ts'
import { type Key, seal, unseal } from './cipher.ts'
import { type Keyring, keyringOf } from './keyring.ts'

export { rotate } from './keyring.ts'

export interface Secrets extends JobSecrets {
  /** Rejects with `SecretsLocked`, also when there is nothing that another key could not open. */
  set(scope: SecretScope, name: string, value: string): Promise<void>
  /** Makes sure that what is stored can be read. Rejects with `SecretsLocked`. */
  check(): Promise<void>
}

/** `master`: 32 bytes, the key of the server; null when it was given none. */
export function secretsOf(vault: Vault, master: Key | null): Secrets {
  const keyring = keyringOf(vault, master)
  return {
    check: () => keyring.check(),
    set: async (scope, name, value) => {
      const { id, key } = await keyring.newest()
      const sealed = seal(key, aboutOf(scope, name), Buffer.from(value))
      await vault.put(scope, { name, dataKey: id, sealed })
    },
    variables: async (repository, contexts) => {
      const scopes = await vault.sealed(repository, contexts)
      return Promise.all(scopes.map((scope) => opened(keyring, scope)))
    },
  }
}

async function opened(keyring: Keyring, scope: SealedScope): Promise<StoredVariables> {
  const entries = scope.secrets.map(async ({ name, dataKey, sealed }) => {
    const { key } = await keyring.find(dataKey)
    const value = unseal(key, aboutOf(scope, name), sealed)
    if (value) return [name, value.toString()] as const
    throw new SecretsLocked(
      `the secret ${name} of the ${scope.kind} ${scope.name} was damaged or moved in the database: set it again`,
    )
  })
  return { scope, values: Object.fromEntries(await Promise.all(entries)) }
}

/** Whose secret it is: the same bytes in another place mean nothing. */
const aboutOf = ({ kind, owner, name }: SecretScope, secret: string): readonly string[] => [
  'secret',
  kind,
  owner.toLowerCase(),
  kind === 'project' ? name.toLowerCase() : name,
  secret,
]
