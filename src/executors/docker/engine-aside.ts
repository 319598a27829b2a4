/**
 * A Docker engine beside the steps of one job, in a privileged container of its own: it shares the
 * network and the processes of the primary container, so that only this job reaches it and the kernel
 * ends it, with all that runs in it, when the job's container ends.
 */
import { EnvironmentLost, EnvironmentRefused, type Surroundings } from '../../ports/executor.ts'
import { numberAt } from './answer.ts'
import type { Context } from './context.ts'
import { type Engine, EngineRefused } from './engine.ts'
import { framesOf } from './frames.ts'
import { imageFor } from './image.ts'
import { labels, primaryName } from './labels.ts'
import type { Open } from './open.ts'
import { referenceIn } from './reference.ts'
import { stateOf } from './state.ts'

const address = 'tcp://127.0.0.1:2375'
/** What commands need to find it. */
export const asideVariables = { DOCKER_HOST: address } as const

const storage = '/var/lib/docker'
/** A busy disk is slow; an engine that is not there after that has a problem. */
const patienceMs = 120_000

interface Starting {
  readonly tell: Surroundings['tell']
  readonly signal: AbortSignal
}

/**
 * Starts it unless it runs. Rejects with `EnvironmentRefused` when it does not start, with what it said.
 */
export async function startAside(
  context: Context,
  open: Open,
  { tell, signal }: Starting,
): Promise<void> {
  const { engine, owner } = context
  const name = `${primaryName(owner, open.id)}-engine`
  if (!(await stateOf(engine, name))?.running) {
    const reference = referenceIn(context.engineImage)
    await imageFor(engine, reference, { login: {}, tell, signal })
    await unlessMissing(engine.call('DELETE', `/containers/${name}?force=1&v=1`))
    const body = bodyFor(context, open, await limitsOf(engine, open.container))
    await engine.call('POST', `/containers/create?name=${name}`, { body })
    await engine.call('POST', `/containers/${name}/start`)
  }
  await untilReady(engine, name, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
  signal.throwIfAborted()
  tell(`A Docker engine of this job's own takes commands at ${address}`)
}

const bodyFor = ({ owner, engineImage }: Context, open: Open, limits: object) => ({
  Image: referenceIn(engineImage).full,
  Cmd: ['dockerd', `--host=${address}`, '--tls=false'],
  Env: ['DOCKER_TLS_CERTDIR='],
  Healthcheck: { Test: ['NONE'] },
  // Layers cannot lie on the layers of a container.
  Volumes: { [storage]: {} },
  Labels: {
    [labels.owner]: owner,
    [labels.environment]: open.id,
    [labels.role]: 'engine',
  },
  HostConfig: {
    ...limits,
    Privileged: true,
    LogConfig: { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '2' } },
    NetworkMode: `container:${open.container}`,
    PidMode: `container:${open.container}`,
  },
})

/** What the job may use, its containers may use together. */
async function limitsOf(engine: Engine, container: string) {
  const found = await engine.call('GET', `/containers/${container}/json`)
  const limit = (name: string): number => numberAt(found, 'HostConfig', name) ?? 0
  return {
    NanoCpus: limit('NanoCpus'),
    Memory: limit('Memory'),
    MemorySwap: limit('MemorySwap'),
    PidsLimit: limit('PidsLimit'),
  }
}

/** Its log tells: nothing else is the same in all images that hold an engine. */
async function untilReady(engine: Engine, name: string, signal: AbortSignal): Promise<void> {
  let said = ''
  const path = `/containers/${name}/logs?stdout=1&stderr=1&follow=1`
  try {
    for await (const { bytes } of framesOf(await engine.stream('GET', path, { signal }))) {
      said = (said + bytes.toString()).slice(-8000)
      if (said.includes('API listen on 127.0.0.1:2375')) return
    }
  } catch (error) {
    if (signal.aborted)
      throw new EnvironmentLost(`the Docker engine of the job was not ready: ${tail(said)}`)
    throw error
  }
  throw new EnvironmentRefused(`the Docker engine of the job did not start: ${tail(said)}`)
}

const tail = (said: string): string =>
  said.trim().split('\n').slice(-3).join('\n') || 'it said nothing'

async function unlessMissing(asked: Promise<unknown>): Promise<void> {
  try {
    await asked
  } catch (error) {
    if (!(error instanceof EngineRefused && error.status === 404)) throw error
  }
}
