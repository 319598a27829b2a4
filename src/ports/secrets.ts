import type { Repository } from '../model/trigger.ts'

/** What secrets belong to: a repository, or a context of the account that owns repositories. */
export interface SecretScope {
  readonly kind: 'project' | 'context'
  /** GitHub's account; its letters may be large or small. */
  readonly owner: string
  /** Of the repository, or of the context. */
  readonly name: string
}

/** Who may use a context; of several restrictions one has to be met. */
export type Restriction =
  | { readonly kind: 'team'; readonly slug: string }
  /** At least this role in the repository of the job. */
  | { readonly kind: 'role'; readonly least: 'write' | 'maintain' | 'admin' }

/** What may be known about a secret without the key. */
export interface StoredSecret {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly updatedAt: number
}

export interface Context {
  readonly name: string
  /** Empty: everybody whose jobs name it. */
  readonly restrictions: readonly Restriction[]
}

/** What can be asked and said about secrets without the key that encrypts them. */
export interface SecretNames {
  /** By name; null: there is no such project or context here. */
  list(scope: SecretScope): Promise<readonly StoredSecret[] | null>
  /** False: there is no such secret. A context stays, also without secrets. */
  remove(scope: SecretScope, name: string): Promise<boolean>
  /** With all of its secrets. False: it is not here. */
  removeAll(scope: SecretScope): Promise<boolean>
  /** Replaces the restrictions of a context. False: there is no such context. */
  restrict(scope: SecretScope, restrictions: readonly Restriction[]): Promise<boolean>
  /** Those of the owner that have one of these names. */
  contexts(owner: string, names: readonly string[]): Promise<readonly Context[]>
}

/** A key that encrypts values, itself encrypted with the key of the server of that name. */
export interface WrappedKey {
  readonly id: string
  readonly wrappedBy: string
  readonly wrapped: Uint8Array
}

export interface SealedSecret {
  readonly name: string
  /** Id of the wrapped key. */
  readonly dataKey: string
  readonly sealed: Uint8Array
}

/** The secrets of a scope, as they were sealed for it: under the names that it had then. */
export interface SealedScope extends SecretScope {
  readonly secrets: readonly SealedSecret[]
}

/** Where sealed secrets are kept. Nothing here knows a key. */
export interface Vault extends SecretNames {
  /** Oldest first. */
  keys(): Promise<readonly WrappedKey[]>
  addKey(key: WrappedKey): Promise<void>
  /** All or none; false when one of them is not wrapped by `from` any more. */
  rewrap(from: string, keys: readonly WrappedKey[]): Promise<boolean>
  /** Makes the scope when it is not there. */
  put(scope: SecretScope, secret: SealedSecret): Promise<void>
  /** Of the project, then of the contexts in the order of their names; what is not there is left out. */
  sealed(repository: Repository, contexts: readonly string[]): Promise<readonly SealedScope[]>
}

/** In clear. */
export interface StoredVariables {
  readonly scope: SecretScope
  readonly values: Readonly<Record<string, string>>
}

export interface JobSecrets {
  /**
   * Of the project, then of the contexts in the order of their names, the stronger behind the weaker; what
   * is not there is left out. Rejects with `SecretsLocked` when the key is missing or another one.
   */
  variables(
    repository: Repository,
    contexts: readonly string[],
  ): Promise<readonly StoredVariables[]>
}

/** The stored secrets cannot be read with what this process was given; the message says what to do. */
export class SecretsLocked extends Error {
  override readonly name = 'SecretsLocked'
}
