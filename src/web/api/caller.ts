import type { Context } from 'hono'
import type { Project } from '../../model/run.ts'
import type { ApiToken } from '../../ports/tokens.ts'
import type { Attempts } from './attempts.ts'
import type { ApiParts } from './parts.ts'
import { ApiProblem, notFound } from './problem.ts'

export interface Gate {
  readonly parts: ApiParts
  readonly attempts: Attempts
}

/** Whose token came with the request; null: none came. A wrong one is refused, also where none is needed. */
export async function callerOf(c: Context, { parts, attempts }: Gate): Promise<ApiToken | null> {
  const text = tokenIn(c)
  if (text === null) return null
  const address = addressOf(c)
  const wait = attempts.waitFor(address, text)
  if (wait > 0)
    throw new ApiProblem(429, 'Too many wrong tokens came from your address; wait.', wait)
  const token = await parts.tokens.check(text)
  attempts.note(address, text, token !== null)
  if (!token) throw new ApiProblem(401, 'The token is wrong or was revoked.')
  return token
}

/** The caller of a request that changes something. */
export async function operatorOf(c: Context, gate: Gate): Promise<ApiToken> {
  const caller = await knownCaller(c, gate)
  if (caller.role === 'read')
    throw new ApiProblem(
      403,
      `The token ${caller.name} may only read; this takes the role operate.`,
    )
  return caller
}

export async function knownCaller(c: Context, gate: Gate): Promise<ApiToken> {
  const caller = await callerOf(c, gate)
  if (!caller)
    throw new ApiProblem(401, 'This takes a token, in the header Circle-Token; see sluice token.')
  return caller
}

/** A token that is bound to another repository sees nothing here. */
export const sees = (caller: ApiToken | null, repositoryId: number): boolean =>
  caller === null || caller.repositoryId === null || caller.repositoryId === repositoryId

/** The project that the path names: `gh/OWNER/REPO`, `github/OWNER/REPO`. */
export async function projectOf(
  c: Context,
  { lookups }: ApiParts,
  caller: ApiToken | null,
): Promise<Project> {
  const [host = '', owner = '', name = ''] = ['vcs', 'owner', 'repo'].map((one) => c.req.param(one))
  if (!['gh', 'github'].includes(host) || !isName(owner) || !isName(name))
    throw new ApiProblem(404, 'There is no such project: expected gh/OWNER/REPO.')
  const found = await lookups.project(owner, name)
  if (!found || !sees(caller, found.repository.id)) throw notFound('project')
  return found
}

const isName = (text: string): boolean => /^[\w.-]{1,100}$/.test(text)

function tokenIn(c: Context): string | null {
  const own = c.req.header('circle-token')
  if (own !== undefined) return own
  const bearer = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  return bearer ?? null
}

/** As the server says where the request came from; see `server.ts`. */
function addressOf(c: Context): string {
  const { address }: { readonly address?: unknown } = Object(c.env)
  return typeof address === 'string' ? address : ''
}
