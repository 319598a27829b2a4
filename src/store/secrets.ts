import { randomUUID } from 'node:crypto'
import type { Repository } from '../model/trigger.ts'
import type {
  Context,
  SealedScope,
  SealedSecret,
  SecretScope,
  StoredSecret,
  Vault,
  WrappedKey,
} from '../ports/secrets.ts'
import type { Database, Queries } from './database.ts'

/** Sealed secrets and the keys that they are sealed with, which are sealed themselves. */
export function openVault(database: Database): Vault {
  return {
    keys: () => database.rows<Row<WrappedKey>>(allKeys),
    addKey: async ({ id, wrappedBy, wrapped }) => {
      await database.change(insertKey, [id, wrappedBy, wrapped])
    },
    rewrap: (from, keys) => rewrap(database, from, keys),
    put: (scope, secret) => put(database, scope, secret),
    sealed: (repository, contexts) => sealedScopes(database, repository, contexts),
    list: (scope) => list(database, scope),
    remove: async (scope, name) =>
      (await database.change(deleteSecret, [...placeOf(scope), name])) > 0,
    removeAll: async (scope) => (await database.change(deleteScope, placeOf(scope))) > 0,
    restrict: async (scope, restrictions) =>
      (await database.change(restrictScope, [...placeOf(scope), JSON.stringify(restrictions)])) > 0,
    contexts: (owner, names) =>
      database.rows<Row<Context>>(contextsNamed, [owner.toLowerCase(), names]),
  }
}

type Row<Fields> = Fields & { readonly [column: string]: unknown }

/** Where a scope is found. GitHub's names are the same in large and small letters. */
const placeOf = ({ kind, owner, name }: SecretScope): readonly string[] => [
  kind,
  owner.toLowerCase(),
  kind === 'project' ? name.toLowerCase() : name,
]

const allKeys = `
  select id, wrapped_by as "wrappedBy", wrapped from data_key order by created_at, id`

const insertKey = 'insert into data_key (id, wrapped_by, wrapped) values ($1, $2, $3)'

async function rewrap(
  database: Database,
  from: string,
  keys: readonly WrappedKey[],
): Promise<boolean> {
  const outdated = new Error('a key is not wrapped as expected')
  try {
    await database.transaction(async (queries) => {
      for (const { id, wrappedBy, wrapped } of keys)
        if ((await queries.change(rewrapKey, [id, from, wrappedBy, wrapped])) === 0) throw outdated
    })
    return true
  } catch (error) {
    if (error === outdated) return false
    throw error
  }
}

const rewrapKey = `
  update data_key set wrapped_by = $3, wrapped = $4 where id = $1 and wrapped_by = $2`

const put = (database: Database, scope: SecretScope, { name, dataKey, sealed }: SealedSecret) =>
  database.transaction(async (queries) => {
    await queries.change(makeScope, [randomUUID(), ...placeOf(scope)])
    await queries.change(putSecret, [...placeOf(scope), name, dataKey, sealed])
  })

const makeScope = `
  insert into secret_scope (id, kind, owner, name) values ($1, $2, $3, $4)
  on conflict (kind, owner, name) where not renamed do nothing`

const putSecret = `
  insert into secret (scope_id, name, data_key, sealed)
  select id, $4, $5, $6 from secret_scope
   where kind = $1 and owner = $2 and name = $3 and not renamed
      on conflict (scope_id, name) do update
     set data_key = excluded.data_key, sealed = excluded.sealed, updated_at = now()`

type SealedRow = Row<Partial<SealedSecret> & Pick<SecretScope, 'kind' | 'owner'>> & {
  readonly id: string
  readonly scope: string
}

async function sealedScopes(
  queries: Queries,
  { id, owner, name }: Repository,
  contexts: readonly string[],
): Promise<readonly SealedScope[]> {
  // Of a context that is named twice the last place counts.
  const places = [...new Set(contexts.toReversed())].toReversed()
  const values = [id, owner.toLowerCase(), name.toLowerCase(), places]
  const rows = await queries.rows<SealedRow>(sealedOf, values)
  return [...Map.groupBy(rows, (row) => row.id).values()].flatMap(([first, ...others]) =>
    first
      ? [
          {
            kind: first.kind,
            owner: first.owner,
            name: first.scope,
            secrets: [first, ...others].flatMap(secretIn),
          },
        ]
      : [],
  )
}

/** None, where the scope has no secrets. */
const secretIn = ({ name, dataKey, sealed }: SealedRow): readonly SealedSecret[] =>
  name && dataKey && sealed ? [{ name, dataKey, sealed }] : []

// From its first job on a project is known by the repository's id, which outlives its name: whoever gets
// the name later gets no secrets with it, and has the name to itself from then on. What was set under an
// earlier name is weaker.
const sealedOf = {
  name: 'sealed-secrets',
  text: `
    with pinned as (
      update secret_scope set repository_id = $1
       where kind = 'project' and owner = $2 and name = $3 and repository_id is null),
    taken as (
      update secret_scope set renamed = true
       where kind = 'project' and owner = $2 and name = $3 and repository_id <> $1 and not renamed)
    select scope.id, kind, owner, scope.name as scope,
           secret.name, data_key as "dataKey", sealed
      from secret_scope scope left join secret on scope_id = scope.id
     where (kind = 'project'
            and (repository_id = $1
                 or repository_id is null and owner = $2 and scope.name = $3))
        or (kind = 'context' and owner = $2 and scope.name = any ($4::text[]))
     order by kind = 'context', array_position($4::text[], scope.name),
              (owner, scope.name) = ($2, $3), scope.created_at, scope.id, secret.name`,
}

async function list(
  database: Database,
  scope: SecretScope,
): Promise<readonly StoredSecret[] | null> {
  const rows = await database.rows<Row<Partial<StoredSecret>>>(secretsOfScope, placeOf(scope))
  if (rows.length === 0) return null
  return rows.flatMap(({ name, createdAt, updatedAt }) =>
    name && createdAt && updatedAt ? [{ name, createdAt, updatedAt }] : [],
  )
}

const milliseconds = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`

const secretsOfScope = `
  select secret.name, ${milliseconds('secret.created_at')} as "createdAt",
         ${milliseconds('secret.updated_at')} as "updatedAt"
    from secret_scope scope left join secret on scope_id = scope.id
   where kind = $1 and owner = $2 and scope.name = $3 and not renamed
   order by secret.name`

const deleteSecret = `
  delete from secret using secret_scope scope
   where scope_id = scope.id and kind = $1 and owner = $2 and scope.name = $3 and not renamed
     and secret.name = $4`

const deleteScope = `
  delete from secret_scope where kind = $1 and owner = $2 and name = $3 and not renamed`

const restrictScope = `
  update secret_scope set restrictions = $4 where kind = $1 and owner = $2 and name = $3`

const contextsNamed = `
  select name, restrictions from secret_scope
   where kind = 'context' and owner = $1 and name = any ($2::text[])
   order by name`
