/** What `sluice token` and `sluice block` do, straight on the database. Exit codes: 0 done, 1 not there. */
import type { BlockRequest, TokenRequest } from './cli/token-request.ts'
import { type Block, blockText, scopeTitle } from './model/block.ts'
import { unreachable } from './model/result.ts'
import type { Person, Repository } from './model/trigger.ts'
import type { Blocks } from './ports/blocks.ts'
import type { Lookups } from './ports/lookups.ts'
import type { ApiToken, Tokens } from './ports/tokens.ts'

/** Who has this login now, asked through an installation that sees the repository; null: nobody. */
export type PersonNamed = (repository: Repository, login: string) => Promise<Person | null>

export interface TokenSurroundings {
  readonly tokens: Tokens
  readonly lookups: Pick<Lookups, 'project' | 'projectsById' | 'newestProject'>
  readonly person: PersonNamed
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/** Rejects with `GitHubUnavailable` when a person is named and GitHub does not answer. */
export async function carryOutToken(
  request: TokenRequest,
  around: TokenSurroundings,
): Promise<number> {
  switch (request.kind) {
    case 'create':
      return create(request, around)
    case 'list':
      return list(around)
    case 'revoke':
      return (await around.tokens.revoke(request.name))
        ? say(around.out, `${request.name} is good for nothing any more`, 0)
        : say(around.err, `there is no token ${request.name}`, 1)
    default:
      return unreachable(request)
  }
}

function say(tell: (line: string) => void, text: string, code: number): number {
  tell(text)
  return code
}

async function create(
  { name, role, project, person: login }: Extract<TokenRequest, { readonly kind: 'create' }>,
  { tokens, lookups, person, out, err }: TokenSurroundings,
): Promise<number> {
  const found = await (project
    ? lookups.project(project.owner, project.name)
    : lookups.newestProject())
  if (project && !found)
    return say(err, `Sluice has not seen ${project.owner}/${project.name}: push to it first`, 1)
  if (login !== null && !found)
    return say(err, 'Sluice has not seen any repository yet: push to one first', 1)
  const whom = login !== null && found ? await person(found.repository, login) : null
  if (login !== null && !whom) return say(err, `there is no ${login} on GitHub`, 1)
  const repositoryId = project && found ? found.repository.id : null
  const token = await tokens.create({ name, role, repositoryId, person: whom })
  return token === null
    ? say(err, `there is a token ${name} already: revoke it, or take another name`, 1)
    : say(out, token, 0)
}

async function list({ tokens, lookups, out, err }: TokenSurroundings): Promise<number> {
  const all = await tokens.list()
  if (all.length === 0) return say(err, 'there are no tokens; `sluice token create` makes one', 0)
  const ids = all.flatMap(({ repositoryId }) => (repositoryId === null ? [] : [repositoryId]))
  const projects = await lookups.projectsById(ids)
  const slugs = new Map(
    projects.map(({ repository: { id, owner, name } }) => [id, `${owner}/${name}`]),
  )
  for (const token of all) out(lineOf(token, slugs))
  return 0
}

function lineOf(token: ApiToken, slugs: ReadonlyMap<number, string>): string {
  const { name, role, repositoryId, person, createdAt, lastUsedAt } = token
  const where = repositoryId === null ? 'every repository' : (slugs.get(repositoryId) ?? 'gone')
  const whom = person ? `as ${person.login}` : 'as nobody'
  const used = lastUsedAt === null ? 'never used' : `used ${dayOf(lastUsedAt)}`
  return [name, role, where, whom, `created ${dayOf(createdAt)}`, used].join('  ')
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ')

interface BlockSurroundings {
  readonly blocks: Blocks
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

export async function carryOutBlock(
  request: BlockRequest,
  { blocks, out, err }: BlockSurroundings,
): Promise<number> {
  switch (request.kind) {
    case 'block':
      await blocks.put(request.scope, request.reason)
      return say(out, `new work is blocked for ${scopeTitle(request.scope)}; what runs goes on`, 0)
    case 'unblock':
      return (await blocks.lift(request.scope))
        ? say(out, `new work may begin again for ${scopeTitle(request.scope)}`, 0)
        : say(err, `nothing was blocked for ${scopeTitle(request.scope)} as a whole`, 1)
    case 'list':
      return listBlocks(await blocks.list(), { out, err })
    default:
      return unreachable(request)
  }
}

function listBlocks(
  all: readonly Block[],
  { out, err }: Pick<BlockSurroundings, 'out' | 'err'>,
): number {
  for (const block of all) out(`${blockText(block)} since ${dayOf(block.since)}`)
  return all.length === 0 ? say(err, 'nothing is blocked', 0) : 0
}
