import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { ApiToken, Tokens } from '../ports/tokens.ts'
import type { Database } from './database.ts'

/** A token names its row, so that the secret is compared with one digest only. */
export const openTokens = (database: Database): Tokens => ({
  create: async ({ name, role, repositoryId, person }) => {
    const id = randomUUID()
    const secret = randomBytes(32).toString('base64url')
    const values = [id, name, digest(secret), role, repositoryId, person && JSON.stringify(person)]
    const added = await database.change(insertToken, values)
    return added > 0 ? `sluice_${id.replaceAll('-', '')}_${secret}` : null
  },
  list: async () =>
    (await database.rows<Row>(`select ${columns} from api_token order by name`)).map(tokenOf),
  revoke: async (name) => (await database.change(deleteToken, [name])) > 0,
  check: (text) => check(database, text),
})

const shape =
  /^sluice_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([\w-]{43})$/

async function check(database: Database, text: string): Promise<ApiToken | null> {
  const [, one, two, three, four, five, secret = ''] = shape.exec(text) ?? []
  if (secret === '') return null
  const id = [one, two, three, four, five].join('-')
  const [row] = await database.rows<Row>(selectToken, [id])
  const isRight = timingSafeEqual(digest(secret), row?.hash ?? nothing)
  if (!row || !isRight) return null
  await database.change(markUsed, [id])
  return tokenOf(row)
}

/** The secret is as long and as random as the digest: a slow one would protect nothing. */
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** The digest of nothing that anybody could send. */
const nothing = Buffer.alloc(32)

type Row = ApiToken & { readonly hash: Buffer; readonly [column: string]: unknown }

const tokenOf = ({
  id,
  name,
  role,
  repositoryId,
  person,
  createdAt,
  lastUsedAt,
}: Row): ApiToken => ({
  id,
  name,
  role,
  repositoryId,
  person,
  createdAt,
  lastUsedAt,
})

const columns = `
  id, name, hash, role, repository_id as "repositoryId", person,
  (extract(epoch from created_at) * 1000)::float8 as "createdAt",
  (extract(epoch from last_used_at) * 1000)::float8 as "lastUsedAt"`

const insertToken = `
  insert into api_token (id, name, hash, role, repository_id, person)
  values ($1, $2, $3, $4, $5, $6) on conflict (name) do nothing`

const deleteToken = `delete from api_token where name = $1`

const selectToken = { name: 'api-token', text: `select ${columns} from api_token where id = $1` }

const markUsed = `
  update api_token set last_used_at = now()
   where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`
