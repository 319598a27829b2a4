import type { Context } from 'hono'
import { refusalTexts } from '../../model/continuation.ts'
import type { ContinuationConfig } from '../../model/event.ts'
import { readParameters } from '../../model/parameters.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type {
  ContinuationAnswer,
  ContinuationKeys,
  Continuations,
} from '../../ports/continuations.ts'
import { readJson } from './body.ts'

export interface ContinueParts {
  readonly continuations: Continuations
  readonly continuationKeys: Pick<ContinuationKeys, 'pipelineOf'>
  /** Names a request that nobody can repeat. */
  readonly newId: () => string
}

/** As much as a config may have; as JSON it may be twice as long, and longer where it is all escapes. */
const configBytes = 8 * 1024 * 1024
const bodyBytes = 3 * configBytes

/**
 * `POST /api/v2/pipeline/continue`, as CircleCI has it: a key that only jobs of the setup workflow know,
 * the text of a config, and parameters. Needs no other authentication.
 */
export async function continueByApi(c: Context, parts: ContinueParts): Promise<Response> {
  const body = await readJson(c.req.raw, bodyBytes)
  if (!body.ok) return c.json({ message: body.problem.message }, body.problem.status)
  const asked = readRequest(body.value)
  if (!asked.ok) return c.json({ message: asked.problem }, 400)
  const pipelineId = parts.continuationKeys.pipelineOf(asked.value.key)
  if (pipelineId === null)
    return c.json({ message: 'The continuation-key is not that of a pipeline.' }, 401)
  const by = `api:${parts.newId()}`
  const answer = await parts.continuations.request({ pipelineId, by, config: asked.value.config })
  return c.json({ message: messages[answer] }, statuses[answer])
}

interface Asked {
  readonly key: string
  readonly config: ContinuationConfig
}

function readRequest(body: unknown): Result<Asked, string> {
  if (typeof body !== 'object' || body === null) return err('The body is no JSON object.')
  const { 'continuation-key': key, configuration, parameters } = { ...noFields, ...body }
  if (typeof key !== 'string' || key === '') return err('continuation-key is missing.')
  if (typeof configuration !== 'string')
    return err('configuration is missing: the text of a config.')
  if (Buffer.byteLength(configuration) > configBytes)
    return err(`configuration has more than ${configBytes} bytes.`)
  const read = readParameters(parameters ?? {})
  if (!read.ok) return err(`${read.problem.charAt(0).toUpperCase()}${read.problem.slice(1)}.`)
  return ok({ key, config: { file: null, text: configuration, parameters: read.value } })
}

const noFields: Readonly<Record<string, unknown>> = {}

const statuses = {
  accepted: 200,
  unknown: 404,
  'not-setup': 400,
  'too-late': 400,
  taken: 409,
} as const satisfies Readonly<Record<ContinuationAnswer, number>>

const refused = (why: keyof typeof refusalTexts): string =>
  `The pipeline cannot be continued: ${refusalTexts[why]}.`

const messages: Readonly<Record<ContinuationAnswer, string>> = {
  accepted: 'The pipeline is continued.',
  unknown: 'There is no such pipeline.',
  'not-setup': refused('not-setup'),
  'too-late': refused('too-late'),
  taken: refused('taken'),
}
