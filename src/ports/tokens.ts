import type { Person } from '../model/trigger.ts'

/** `operate`: begin, cancel and re-run; `approve`: that, and approvals as the person whom it acts for. */
export type TokenRole = 'read' | 'operate' | 'approve'

export interface NewToken {
  readonly name: string
  readonly role: TokenRole
  /** The only repository that it is good for; null: all of them. */
  readonly repositoryId: number | null
  /** As whom it acts: GitHub is asked about this person whenever it changes something. Null: as nobody. */
  readonly person: Person | null
}

/** What is known of a token; never the token itself. */
export interface ApiToken extends NewToken {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** To the minute; null: never. */
  readonly lastUsedAt: number | null
}

/** Who may use the API. Only digests of the tokens are kept. */
export interface Tokens {
  /** The token, which cannot be asked for again; null: there is one of this name. */
  create(token: NewToken): Promise<string | null>
  /** By name. */
  list(): Promise<readonly ApiToken[]>
  /** Good for nothing from now on. False: there is none of this name. */
  revoke(name: string): Promise<boolean>
  /** Whose token this is, and notes that it was used; null: nobody's. Takes the same time however wrong it is. */
  check(text: string): Promise<ApiToken | null>
}
