import type { Readable } from 'node:stream'
import { EnvironmentLost, EnvironmentRefused } from '../../ports/executor.ts'
import { numberAt, textAt, textsAt } from './answer.ts'
import { type Engine, EngineRefused } from './engine.ts'
import { linesOf } from './lines.ts'
import type { ImageReference } from './reference.ts'

/** What an image says about itself, as far as jobs are concerned. */
export interface Image {
  readonly reference: ImageReference
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  /** `com.circleci.preserve-entrypoint=true`: its entrypoint runs also where steps run. */
  readonly preserveEntrypoint: boolean
  /** `name@sha256:…`; null for an image that came from no registry. */
  readonly digest: string | null
}

interface Pulling {
  /** Header that logs in; see `loginFor`. */
  readonly login: Readonly<Record<string, string>>
  readonly tell: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * The image, from its registry unless the engine has it; says where it is from, and what exactly it is.
 * Rejects with `EnvironmentRefused` when the registry has no such image or does not give it to us.
 */
export async function imageFor(
  engine: Engine,
  reference: ImageReference,
  pulling: Pulling,
): Promise<Image> {
  const present = await find(engine, reference)
  if (!present) await pull(engine, reference, pulling)
  const image = present ?? (await find(engine, reference))
  if (!image) throw new EnvironmentLost(`the image ${reference.full} was pulled and is not there`)
  const exactly = image.digest === null ? '' : ` (${image.digest})`
  pulling.tell(`Using image ${reference.full}${exactly}${present ? ', kept on this engine' : ''}`)
  return image
}

async function find(engine: Engine, reference: ImageReference): Promise<Image | null> {
  try {
    const found = await engine.call('GET', `/images/${reference.full}/json`)
    const [digest] = textsAt(found, 'RepoDigests').filter((one) =>
      one.startsWith(`${reference.name}@`),
    )
    return {
      reference,
      entrypoint: textsAt(found, 'Config', 'Entrypoint'),
      command: textsAt(found, 'Config', 'Cmd'),
      preserveEntrypoint:
        textAt(found, 'Config', 'Labels', 'com.circleci.preserve-entrypoint') === 'true',
      digest: digest ?? textsAt(found, 'RepoDigests')[0] ?? null,
    }
  } catch (error) {
    if (error instanceof EngineRefused && error.status === 404) return null
    throw error
  }
}

async function pull(engine: Engine, reference: ImageReference, pulling: Pulling): Promise<void> {
  const { name, tag } = reference
  const query = new URLSearchParams({ fromImage: name, tag })
  pulling.tell(`Pulling image ${reference.full}`)
  try {
    const answer = await engine.stream('POST', `/images/create?${query.toString()}`, {
      headers: pulling.login,
      signal: pulling.signal,
    })
    await progress(answer, pulling.tell)
  } catch (error) {
    pulling.signal.throwIfAborted()
    throw asFault(reference, error)
  }
}

/** Errors may come in the middle of an answer that began well. */
async function progress(answer: Readable, tell: (line: string) => void): Promise<void> {
  const layers = new Map<string, boolean>()
  for await (const line of linesOf(answer)) {
    const report: unknown = JSON.parse(line)
    const problem = textAt(report, 'error')
    if (problem !== null) throw new PullFailed(problem)
    const [id, status] = [textAt(report, 'id'), textAt(report, 'status') ?? '']
    if (id === null) tell(status)
    else if (status === 'Pulling fs layer') layers.set(id, false)
    else if (status === 'Pull complete') {
      layers.set(id, true)
      const complete = [...layers.values()].filter(Boolean).length
      tell(`${id}: pulled${sizeIn(report)} (${complete} of ${layers.size} layers)`)
    }
  }
}

function sizeIn(report: unknown): string {
  const total = numberAt(report, 'progressDetail', 'total')
  return total === null ? '' : `, ${(total / 1e6).toFixed(1)} MB`
}

/** What the engine said in the middle of its answer. */
class PullFailed extends EnvironmentLost {}

/** What no later try would change: the config names what is not there, or cannot log in. */
const faultOfTheConfig =
  /not found|manifest unknown|no such image|does not exist|not known to registry|invalid reference|invalid repository name|unauthorized|access denied|resource is denied|denied: |authentication required|basic auth|incorrect username or password|no matching manifest/i

function asFault(reference: ImageReference, error: unknown): Error {
  const words = wordsOf(error)
  const message = `the image ${reference.full} could not be pulled: ${words}`
  const answered = error instanceof EngineRefused || error instanceof PullFailed
  return answered && faultOfTheConfig.test(words)
    ? new EnvironmentRefused(message, { cause: error })
    : new EnvironmentLost(message, { cause: error })
}

function wordsOf(error: unknown): string {
  if (error instanceof EngineRefused) return error.words
  return error instanceof Error ? error.message : String(error)
}
