import type { Context } from 'hono'
import { type Block, type BlockScope, scopeTitle } from '../../model/block.ts'
import { type Gate, knownCaller, operatorOf, projectOf } from './caller.ts'
import { ApiProblem } from './problem.ts'
import { timeOf } from './shapes.ts'
import { bodyOf } from './trigger.ts'

const bodyBytes = 16 * 1024
const reasonLetters = 500

/** `GET /block`: where new work is blocked. */
export async function listBlocks(c: Context, gate: Gate): Promise<Response> {
  const caller = await knownCaller(c, gate)
  if (caller.repositoryId !== null) throw new ApiProblem(403, boundText)
  const items = (await gate.parts.blocks.list()).map(shapeOf)
  return c.json({ items, next_page_token: null })
}

/** `POST /block`, `/block/{owner}`, `/project/{slug}/block`; `{"reason": "…"}` is shown to people. */
export async function block(c: Context, gate: Gate): Promise<Response> {
  const scope = await scopeOf(c, gate)
  const { reason = '' } = await bodyOf(c, bodyBytes)
  if (typeof reason !== 'string' || reason.length > reasonLetters || /\p{Cc}/u.test(reason))
    throw new ApiProblem(400, `reason is a line of at most ${reasonLetters} characters.`)
  await gate.parts.blocks.put(scope, reason)
  return c.json({ message: `New work is blocked for ${scopeTitle(scope)}; what runs goes on.` })
}

/** `DELETE` of the same paths. */
export async function unblock(c: Context, gate: Gate): Promise<Response> {
  const scope = await scopeOf(c, gate)
  if (!(await gate.parts.blocks.lift(scope)))
    throw new ApiProblem(404, `Nothing was blocked for ${scopeTitle(scope)} as a whole.`)
  return c.json({ message: `New work may begin again for ${scopeTitle(scope)}.` })
}

/** The switch is the operator's: a person's rights in one repository do not reach that far. */
async function scopeOf(c: Context, gate: Gate): Promise<BlockScope> {
  const caller = await operatorOf(c, gate)
  if (caller.person)
    throw new ApiProblem(403, 'This takes a token that acts for nobody: it is the operator’s.')
  if (c.req.param('repo') !== undefined) {
    const { repository } = await projectOf(c, gate.parts, caller)
    return { kind: 'project', owner: repository.owner, name: repository.name }
  }
  if (caller.repositoryId !== null) throw new ApiProblem(403, boundText)
  const owner = c.req.param('owner')
  if (owner === undefined) return { kind: 'server' }
  if (!/^[\w.-]{1,100}$/.test(owner)) throw new ApiProblem(400, 'That is no name of an owner.')
  return { kind: 'owner', owner }
}

const boundText = 'The token is bound to one repository.'

const shapeOf = ({ scope, reason, since }: Block) => ({
  ...scope,
  reason,
  since: timeOf(since),
})
