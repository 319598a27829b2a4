import type { DockerImage, RunsIn } from '../../model/plan.ts'
import { unreachable } from '../../model/result.ts'
import {
  EnvironmentRefused,
  type EnvironmentSpec,
  type Surroundings,
} from '../../ports/executor.ts'
import { listAt, numberAt, textAt } from './answer.ts'
import { primaryBody, serviceBody, type Wanted } from './containers.ts'
import type { Context } from './context.ts'
import { endOf } from './end.ts'
import { EngineRefused } from './engine.ts'
import { factsAbout } from './facts.ts'
import { imageFor } from './image.ts'
import { filterFor, labels, primaryName, unfinishedName } from './labels.ts'
import { loginFor } from './login.ts'
import { networkFor } from './network.ts'
import { pause } from './pause.ts'
import { referenceIn } from './reference.ts'
import { type Resources, resourcesOf } from './resources.ts'
import { ownDirectoryTar } from './tar.ts'

/**
 * Makes the containers of a job. The primary one gets its name when all is there: until then it is found
 * by the sweep and not taken for an environment.
 */
export async function createEnvironment(
  context: Context,
  spec: EnvironmentSpec,
  { tell, variables }: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const { engine, owner } = context
  const wanted: Wanted[] = []
  for (const asked of imagesOf(spec.runsIn, context.machineImage)) {
    const reference = referenceIn(asked.image)
    const login = loginFor(reference, asked.auth, variables)
    wanted.push({ asked, image: await imageFor(engine, reference, { login, tell, signal }) })
  }
  const resources = limitsFor(spec.resourceClass, tell)
  await removeEnvironment(context, spec.id)
  signal.throwIfAborted()
  const primary = await startPrimary(context, { wanted, spec, resources })
  const around = { owner, spec, resources, primary }
  const starting = wanted.slice(1).map(async (service, index) => {
    const name = `${primaryName(owner, spec.id)}-service-${index + 1}`
    const body = serviceBody(service, { ...around, position: index + 1 })
    await start(context, await create(context, name, body), service)
  })
  // Services cannot join a container that has ended.
  await Promise.all(starting).catch((error: unknown) => explain(context, primary, error))
  const name = primaryName(owner, spec.id)
  await engine.call('POST', `/containers/${primary}/rename?name=${name}`)
}

/** Ends and removes all containers of an environment. Does nothing when there are none. */
export async function removeEnvironment({ engine, owner }: Context, id: string): Promise<void> {
  const found = await engine.call('GET', `/containers/json?all=1&filters=${filterFor(owner, id)}`)
  const all = listAt(found).map((one) => textAt(one, 'Id') ?? '')
  await Promise.all(
    all.map(async (container) => {
      try {
        await engine.call('DELETE', `/containers/${container}?force=1&v=1`)
      } catch (error) {
        if (!(error instanceof EngineRefused)) throw error
        // 409: somebody else is about to.
        if (error.status === 409) await engine.call('POST', waitPath(container)).catch(unlessGone)
        else unlessGone(error)
      }
    }),
  )
}

const waitPath = (container: string): string => `/containers/${container}/wait?condition=removed`

function unlessGone(error: unknown): void {
  if (!(error instanceof EngineRefused && error.status === 404)) throw error
}

/** Ids of all environments of which a container is there, finished or not. */
export async function environmentsIn({ engine, owner }: Context): Promise<readonly string[]> {
  const found = await engine.call('GET', `/containers/json?all=1&filters=${filterFor(owner)}`)
  const ids = listAt(found).map((one) => textAt(one, 'Labels', labels.environment))
  return [...new Set(ids.filter((id) => id !== null))]
}

function imagesOf(runsIn: RunsIn, machineImage: string): readonly DockerImage[] {
  switch (runsIn.kind) {
    case 'docker':
      return runsIn.images
    case 'machine':
      return [{ ...plain, image: machineImage }]
    case 'macos':
      throw new EnvironmentRefused('the docker executor has no macOS')
    default:
      return unreachable(runsIn)
  }
}

const plain = {
  name: null,
  entrypoint: null,
  command: null,
  user: null,
  environment: {},
  auth: null,
} as const

function limitsFor(resourceClass: string | null, tell: (line: string) => void): Resources | null {
  if (resourceClass === null) return null
  const resources = resourcesOf(resourceClass)
  if (!resources) {
    tell(`resource_class ${resourceClass} is not known here: the job runs without limits`)
  }
  return resources
}

interface Planned {
  readonly wanted: readonly Wanted[]
  readonly spec: EnvironmentSpec
  readonly resources: Resources | null
}

async function startPrimary(context: Context, planned: Planned): Promise<string> {
  const { engine, owner } = context
  const { wanted, spec } = planned
  const [first] = wanted
  if (!first) throw new EnvironmentRefused('the job names no image to run in')
  const body = primaryBody(first, {
    owner,
    spec,
    resources: await affordable(context, planned.resources),
    network: context.network ?? (await networkFor(engine, owner)),
    names: wanted.map(({ asked }) => asked.name).filter((name) => name !== null),
  })
  const id = await create(context, unfinishedName(owner, spec.id), body)
  await engine.call('PUT', `/containers/${id}/archive?path=/`, { tar: ownDirectoryTar() })
  await startOn(context, id, first)
  await factsAbout(engine, id).catch((error: unknown) => explain(context, id, error))
  return id
}

/** Another process of this data directory may have removed the network just now, as it ended. */
async function startOn(context: Context, id: string, first: Wanted): Promise<void> {
  try {
    await start(context, id, first)
  } catch (error) {
    const missing = error instanceof EngineRefused && /network \S+ not found/i.test(error.words)
    if (!missing || context.network !== null) throw error
    await networkFor(context.engine, context.owner)
    await start(context, id, first)
  }
}

/** The engine refuses more CPUs than there are. */
async function affordable(
  { engine }: Context,
  resources: Resources | null,
): Promise<Resources | null> {
  if (!resources) return null
  const cpus = numberAt(await engine.call('GET', '/info'), 'NCPU') ?? resources.cpus
  return { ...resources, cpus: Math.min(cpus, resources.cpus) }
}

async function create({ engine }: Context, name: string, body: object): Promise<string> {
  const answer = await engine.call('POST', `/containers/create?name=${name}`, { body })
  return textAt(answer, 'Id') ?? name
}

/** What the image or the config is to blame for: no shell, no such user, no such program. */
const faultOfTheImage =
  /no such file or directory|executable file not found|permission denied|exec format error|unable to find user|unable to find group|no matching entries in passwd|not a directory|user:/i

async function start({ engine }: Context, id: string, { image, asked }: Wanted): Promise<void> {
  try {
    await engine.call('POST', `/containers/${id}/start`)
  } catch (error) {
    if (!(error instanceof EngineRefused) || !faultOfTheImage.test(error.words)) throw error
    const user = asked.user === null ? '' : ` as user ${asked.user}`
    throw new EnvironmentRefused(
      `a container of the image ${image.reference.full} does not start${user}: ${error.words}`,
      { cause: error },
    )
  }
}

/** Fails with the end of the primary container where there is one: it may come a moment after what it caused. */
async function explain({ engine }: Context, id: string, error: unknown): Promise<never> {
  for (let tries = 0; tries < 10; tries += 1) {
    const end = await endOf(engine, id)
    if (end) throw end
    await pause(50)
  }
  throw error
}
