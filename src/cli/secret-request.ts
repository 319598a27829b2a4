import type { Restriction, SecretScope } from '../ports/secrets.ts'

/** What `sluice secret` was asked to do. */
export type SecretRequest =
  | {
      readonly kind: 'set'
      readonly scope: SecretScope
      readonly name: string
      readonly value: string
    }
  | { readonly kind: 'list'; readonly scope: SecretScope }
  /** Null: all of them, with what they belong to. */
  | { readonly kind: 'delete'; readonly scope: SecretScope; readonly name: string | null }
  | {
      readonly kind: 'restrict'
      readonly scope: SecretScope
      readonly restrictions: readonly Restriction[]
    }
  /** Null: the old key is in the environment. */
  | { readonly kind: 'rotate'; readonly oldKeyFile: string | null }
