import type { Context } from 'hono'
import { blockText } from '../../model/block.ts'
import { type PipelineId, pipelineId } from '../../model/ids.ts'
import { onDemandTrigger, tokenActor } from '../../model/on-demand.ts'
import { readParameters } from '../../model/parameters.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Ref, Repository, Scalar } from '../../model/trigger.ts'
import type { ApiToken } from '../../ports/tokens.ts'
import { readJson } from './body.ts'
import { type Gate, operatorOf, projectOf } from './caller.ts'
import { idFrom, requestKey } from './once.ts'
import type { ApiParts } from './parts.ts'
import { ApiProblem } from './problem.ts'
import { stateOf, timeOf } from './shapes.ts'

const bodyBytes = 1024 * 1024

/**
 * `POST /project/{slug}/pipeline` and `…/pipeline/run`: a pipeline at the commit that a branch or tag is at
 * now. What is wrong with its config or parameters becomes known when they are compiled, and is told by the
 * pipeline and its check.
 */
export async function triggerPipeline(c: Context, gate: Gate): Promise<Response> {
  const { parts } = gate
  const caller = await operatorOf(c, gate)
  const { repository } = await projectOf(c, parts, caller)
  const asked = await wishOf(c, repository.defaultBranch)
  await refuseWhereBlocked(parts, repository)
  await refuseStrangers(parts, repository, caller)
  const commit = await parts.askGitHub.commitAt(repository, asked.ref)
  if (!commit) throw new ApiProblem(404, `There is no ${asked.ref.kind} ${asked.ref.name}.`)
  const key = requestKey(c, parts, caller)
  const id = pipelineId(idFrom(key))
  const at = parts.clock.now()
  const actor = caller.person ?? tokenActor(caller.name)
  const trigger = onDemandTrigger({ repository, ...asked, commit, actor, at })
  await parts.inbox.put([{ key, event: { type: 'triggered', pipelineId: id, at, trigger } }])
  return c.json(await begun(parts, id, at), 201)
}

export async function refuseWhereBlocked(parts: ApiParts, repository: Repository): Promise<void> {
  const block = await parts.blocks.of(repository)
  if (!block) return
  const text = blockText(block)
  throw new ApiProblem(409, `${text.charAt(0).toUpperCase()}${text.slice(1)}; nothing began.`)
}

/** Who has a token that acts for a person can do what the person can do now. */
async function refuseStrangers(
  { askGitHub }: ApiParts,
  repository: Repository,
  { person }: ApiToken,
): Promise<void> {
  if (!person) return
  const { allowed, because } = await askGitHub.mayBegin(repository, person)
  if (!allowed) throw new ApiProblem(403, `Nothing began: ${because}.`)
}

interface Wish {
  readonly ref: Ref
  readonly parameters: Readonly<Record<string, Scalar>>
}

async function wishOf(c: Context, defaultBranch: string): Promise<Wish> {
  const body = await bodyOf(c, bodyBytes)
  const checkout = c.req.path.endsWith('/run') ? checkoutOf(body) : ok(body)
  const ref = checkout.ok ? refOf(checkout.value, defaultBranch) : checkout
  if (!ref.ok) throw new ApiProblem(400, ref.problem)
  const parameters = readParameters(body['parameters'] ?? {})
  if (!parameters.ok) throw new ApiProblem(400, sentence(parameters.problem))
  return { ref: ref.value, parameters: parameters.value }
}

export type Fields = Readonly<Record<string, unknown>>

/** The fields of the body; none where there is no body. */
export async function bodyOf(c: Context, limit: number): Promise<Fields> {
  if (c.req.raw.body === null || c.req.header('content-length') === '0') return {}
  const read = await readJson(c.req.raw, limit)
  if (!read.ok) throw new ApiProblem(read.problem.status, read.problem.message)
  if (!isFields(read.value)) throw new ApiProblem(400, 'The body is no JSON object.')
  return read.value
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of CircleCI's `pipeline/run`: config and code of different refs are not to be had. */
function checkoutOf({ checkout, config }: Fields): Result<Fields, string> {
  const [code, text] = [checkout ?? {}, config ?? checkout ?? {}]
  if (!isFields(code) || !isFields(text)) return err('checkout and config are JSON objects.')
  return code['branch'] === text['branch'] && code['tag'] === text['tag']
    ? ok(code)
    : err('config and checkout have to name the same branch or tag.')
}

function refOf({ branch, tag }: Fields, defaultBranch: string): Result<Ref, string> {
  if (branch !== undefined && tag !== undefined) return err('Give a branch or a tag, not both.')
  const [kind, name] = tag === undefined ? ['branch', branch ?? defaultBranch] : ['tag', tag]
  if (typeof name !== 'string' || !isRefName(name)) return err(`The ${kind} is no name of one.`)
  return ok(kind === 'tag' ? { kind: 'tag', name } : { kind: 'branch', name })
}

/** What git takes for a name, as far as it matters here. */
const isRefName = (name: string): boolean =>
  name.length <= 250 &&
  /^[^\p{Cc}\s~^:?*[\\]+$/u.test(name) &&
  name.isWellFormed() &&
  !/^[-/]|\.\.|@\{|\/\/|\/$|\.$|(?:^|\/)\.|\.lock(?:\/|$)/.test(name)

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const patienceMs = 5000
const lookEveryMs = 25

/** With its number, which it has as soon as the conductor took the event up. */
async function begun({ views, clock }: ApiParts, id: PipelineId, at: number) {
  for (const until = at + patienceMs; clock.now() < until; await clock.sleep(lookEveryMs)) {
    const found = await views.pipeline(id)
    if (found)
      return {
        id,
        number: found.pipeline.number,
        state: stateOf(found.pipeline),
        created_at: timeOf(found.pipeline.createdAt),
      }
  }
  return { id, number: null, state: 'pending', created_at: timeOf(at) }
}
