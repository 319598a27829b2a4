import type { BlockScope } from '../model/block.ts'
import type { TokenRole } from '../ports/tokens.ts'

/** What `sluice token` was asked to do. */
export type TokenRequest =
  | {
      readonly kind: 'create'
      readonly name: string
      readonly role: TokenRole
      /** The only repository that it is good for; null: all of them. */
      readonly project: { readonly owner: string; readonly name: string } | null
      /** Login of the person as whom it acts; null: of nobody. */
      readonly person: string | null
    }
  | { readonly kind: 'list' }
  | { readonly kind: 'revoke'; readonly name: string }

/** What `sluice block` and `sluice unblock` were asked to do. */
export type BlockRequest =
  | { readonly kind: 'block'; readonly scope: BlockScope; readonly reason: string }
  | { readonly kind: 'unblock'; readonly scope: BlockScope }
  | { readonly kind: 'list' }
