import type { Block, BlockScope } from '../model/block.ts'
import type { Repository } from '../model/trigger.ts'
import type { Blocks } from '../ports/blocks.ts'
import { type Database, type Queries, storable } from './database.ts'

export const openBlocks = (database: Database): Blocks => ({
  put: async (scope, reason) => {
    await database.change(put, [...placeOf(scope), storable(reason)])
  },
  lift: async (scope) => (await database.change(lift, placeOf(scope))) > 0,
  list: async () => (await database.rows<Row>(all)).map(blockOf),
  of: (repository) => blockFor(database, repository),
})

/** The widest block that holds for the repository. */
export async function blockFor(
  queries: Queries,
  { owner, name }: Pick<Repository, 'owner' | 'name'>,
): Promise<Block | null> {
  const rows = await queries.rows<Row>(widest, [owner.toLowerCase(), name.toLowerCase()])
  return rows.map(blockOf)[0] ?? null
}

/** GitHub's names are the same in large and small letters. */
const placeOf = (scope: BlockScope): readonly string[] => [
  scope.kind,
  scope.kind === 'server' ? '' : scope.owner.toLowerCase(),
  scope.kind === 'project' ? scope.name.toLowerCase() : '',
]

interface Row {
  readonly kind: BlockScope['kind']
  readonly owner: string
  readonly name: string
  readonly reason: string
  readonly since: number
}

const blockOf = ({ reason, since, ...place }: Row): Block => ({
  scope: scopeOf(place),
  reason,
  since,
})

function scopeOf({ kind, owner, name }: Pick<Row, 'kind' | 'owner' | 'name'>): BlockScope {
  if (kind === 'server') return { kind }
  return kind === 'owner' ? { kind, owner } : { kind, owner, name }
}

const columns = `
  kind, owner, name, reason, (extract(epoch from since) * 1000)::float8 as since`
const widestFirst = `order by array_position(array['server', 'owner', 'project'], kind), owner, name`

const put = `
  insert into work_block (kind, owner, name, reason) values ($1, $2, $3, $4)
  on conflict (kind, owner, name) do update set reason = excluded.reason`

const lift = `delete from work_block where kind = $1 and owner = $2 and name = $3`

const all = `select ${columns} from work_block ${widestFirst}`

const widest = {
  name: 'block-of-repository',
  text: `
    select ${columns} from work_block
     where kind = 'server' or (kind = 'owner' and owner = $1)
        or (kind = 'project' and owner = $1 and name = $2)
     ${widestFirst} limit 1`,
}
