/** What `sluice secret` does, straight on the database. Each answer is an exit code: 0 done, 1 not there. */
import type { SecretRequest } from './cli/secret-request.ts'
import { unreachable } from './model/result.ts'
import type { Restriction, SecretScope, StoredSecret, Vault } from './ports/secrets.ts'
import { rotate, secretsOf } from './secrets/secrets.ts'

export interface Surroundings {
  readonly vault: Vault
  /** Null where it was not given; only what encrypts or decrypts needs it. */
  readonly key: Uint8Array | null
  readonly oldKey: Uint8Array | null
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/** Rejects with `SecretsLocked` when the keys do not fit what is stored. */
export async function carryOutSecret(
  request: SecretRequest,
  around: Surroundings,
): Promise<number> {
  const { vault, key } = around
  switch (request.kind) {
    case 'set':
      await secretsOf(vault, key).set(request.scope, request.name, request.value)
      return answer(around, `${request.name} is stored for ${titleOf(request.scope)}`)
    case 'list':
      return list(request.scope, around)
    case 'delete':
      return remove(request, around)
    case 'restrict':
      return restrict(request, around)
    case 'rotate':
      return rotateKeys(around)
    default:
      return unreachable(request)
  }
}

function answer({ out }: Surroundings, text: string): number {
  out(text)
  return 0
}

function missing({ err }: Surroundings, text: string): number {
  err(text)
  return 1
}

async function list(scope: SecretScope, around: Surroundings): Promise<number> {
  const { vault } = around
  const secrets = await vault.list(scope)
  if (!secrets) return missing(around, `there are no secrets for ${titleOf(scope)}`)
  if (scope.kind === 'context') {
    const [context] = await vault.contexts(scope.owner, [scope.name])
    answer(around, `may be used by ${wordsFor(context?.restrictions ?? [])}`)
  }
  const width = Math.max(0, ...secrets.map(({ name }) => name.length))
  for (const secret of secrets) answer(around, lineOf(secret, width))
  return 0
}

/** No character of the value: the end of a short one would give much of it away. */
const lineOf = ({ name, createdAt, updatedAt }: StoredSecret, width: number): string =>
  `${name.padEnd(width)}  ****  created ${dayOf(createdAt)}  changed ${dayOf(updatedAt)}`

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ')

async function remove(
  { scope, name }: Extract<SecretRequest, { readonly kind: 'delete' }>,
  around: Surroundings,
): Promise<number> {
  const { vault } = around
  const removed = await (name === null ? vault.removeAll(scope) : vault.remove(scope, name))
  const title = titleOf(scope)
  return removed
    ? answer(around, `${name ?? 'everything'} was deleted from ${title}`)
    : missing(around, name === null ? `there is no ${title}` : `there is no ${name} in ${title}`)
}

async function restrict(
  { scope, restrictions }: Extract<SecretRequest, { readonly kind: 'restrict' }>,
  around: Surroundings,
): Promise<number> {
  const title = titleOf(scope)
  return (await around.vault.restrict(scope, restrictions))
    ? answer(around, `${title} may be used by ${wordsFor(restrictions)}`)
    : missing(around, `there is no ${title}: set a secret in it first`)
}

async function rotateKeys(around: Surroundings): Promise<number> {
  const { vault, key, oldKey } = around
  if (!key || !oldKey) throw new Error('the settings were to make sure of both keys')
  const changed = await rotate(vault, oldKey, key)
  return answer(
    around,
    changed === 0
      ? 'nothing is encrypted with another key; nothing was changed'
      : 'all secrets are encrypted with the new key: start every process of Sluice again with it',
  )
}

const titleOf = ({ kind, owner, name }: SecretScope): string =>
  kind === 'project' ? `the project ${owner}/${name}` : `the context ${name} of ${owner}`

function wordsFor(restrictions: readonly Restriction[]): string {
  const words = restrictions.map((one) =>
    one.kind === 'team'
      ? `members of the team ${one.slug}`
      : `who has at least the role ${one.least} in the repository`,
  )
  return words.length === 0 ? 'everybody whose jobs name it' : words.join(', or ')
}
