/** Where no new work may begin. GitHub's names, in whatever case. */
export type BlockScope =
  | { readonly kind: 'server' }
  | { readonly kind: 'owner'; readonly owner: string }
  | { readonly kind: 'project'; readonly owner: string; readonly name: string }

/** While it stands no pipeline and no re-run begins; what runs goes on. */
export interface Block {
  readonly scope: BlockScope
  /** For people; empty: none was given. */
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** What is blocked, for people. */
export function scopeTitle(scope: BlockScope): string {
  if (scope.kind === 'server') return 'this server'
  return scope.kind === 'owner' ? scope.owner : `${scope.owner}/${scope.name}`
}

/** E.g. `new work is blocked for acme/shop (the database moves)`. */
export const blockText = ({ scope, reason }: Block): string =>
  `new work is blocked for ${scopeTitle(scope)}${reason === '' ? '' : ` (${reason})`}`
