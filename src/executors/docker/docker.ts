import {
  type EnvironmentHandle,
  type EnvironmentSpec,
  type Executor,
  type Surroundings,
} from '../../ports/executor.ts'
import type { Log } from '../../ports/log.ts'
import { addressOf, type DockerHost } from './address.ts'
import type { Context } from './context.ts'
import { endOf } from './end.ts'
import { type Engine, engineAt } from './engine.ts'
import { startAside } from './engine-aside.ts'
import { createEnvironment, environmentsIn, removeEnvironment } from './environment.ts'
import { factsAbout } from './facts.ts'
import { GoneError } from './gone.ts'
import { handleOf } from './handle.ts'
import { answers, healthOf } from './health.ts'
import { primaryName } from './labels.ts'
import { removeNetwork } from './network.ts'
import { ownerOf } from './owner.ts'
import { createPulse, type Pulse } from './pulse.ts'
import { servicesOf } from './services.ts'
import { type State, stateOf } from './state.ts'

export interface DockerOptions {
  readonly dockerHost: DockerHost
  /** Its containers and networks are told from those of others; created when missing. */
  readonly dataDir: string
  /** What `machine` jobs run in, whatever image they name. */
  readonly machineImage: string
  /** What a job's own Docker engine runs in. */
  readonly engineImage: string
  /** A network of the engine that jobs join; null: one of our own, whose jobs do not reach each other. */
  readonly network: string | null
  readonly log: Log
}

/** Runs steps in containers of a Docker engine, over its API. */
export function dockerExecutor(options: DockerOptions): Executor {
  const pulse = createPulse(options.log)
  let opened: Promise<Context> | null = null
  const context = (): Promise<Context> => {
    opened ??= contextFor(options)
    return opened
  }
  return {
    kind: 'docker',
    health: () => healthOf(() => engineFor(options.dockerHost)),
    prepare: async (spec, signal, around = nobody) => {
      const here = await context()
      const adopted = await attach(here, pulse, spec.id)
      if (adopted) return adopted
      signal.throwIfAborted()
      return prepare(here, pulse, { spec, around, signal })
    },
    attach: async (id) => attach(await context(), pulse, id),
    list: async () => environmentsIn(await context()),
    close: async () => {
      pulse.stop()
      if (opened) await letGo(await opened)
    },
  }
}

/** Whether there is an engine to use. */
export const dockerAnswers = (host: DockerHost): Promise<boolean> => answers(() => engineFor(host))

const nobody: Surroundings = { tell: () => undefined, variables: {} }

const engineFor = (host: DockerHost): Engine => engineAt(addressOf(host))

async function contextFor(options: DockerOptions): Promise<Context> {
  const { dockerHost, dataDir, ...rest } = options
  return { ...rest, engine: engineFor(dockerHost), owner: await ownerOf(dataDir) }
}

/** Nothing is worse for a network that stays. */
async function letGo({ engine, owner, network, log }: Context): Promise<void> {
  if (network !== null) return
  try {
    await removeNetwork(engine, owner)
  } catch (error) {
    log.debug({ error: String(error) }, 'the network of the jobs was not removed')
  }
}

interface Preparing {
  readonly spec: EnvironmentSpec
  readonly around: Surroundings
  readonly signal: AbortSignal
}

async function prepare(
  context: Context,
  pulse: Pulse,
  { spec, around, signal }: Preparing,
): Promise<EnvironmentHandle> {
  try {
    await createEnvironment(context, spec, around, signal)
    signal.throwIfAborted()
    const name = primaryName(context.owner, spec.id)
    const state = await stateOf(context.engine, name)
    if (state?.running) return await open(context, pulse, spec.id, state)
    throw (await endOf(context.engine, name)) ?? new GoneError()
  } catch (error) {
    await removeEnvironment(context, spec.id).catch((left: unknown) => {
      context.log.warn({ environment: spec.id, error: String(left) }, 'containers were left behind')
    })
    signal.throwIfAborted()
    throw error
  }
}

/** What is left of an environment that has ended, or was never finished, is removed. */
async function attach(
  context: Context,
  pulse: Pulse,
  id: string,
): Promise<EnvironmentHandle | null> {
  const state = await stateOf(context.engine, primaryName(context.owner, id))
  if (state?.running) return open(context, pulse, id, state)
  await removeEnvironment(context, id)
  return null
}

async function open(
  context: Context,
  pulse: Pulse,
  id: string,
  state: State,
): Promise<EnvironmentHandle> {
  const { engine, owner } = context
  const facts = await factsAbout(engine, state.id)
  const opened = { engine, id, container: state.id, facts, memory: state.memory }
  pulse.keep(opened)
  return handleOf(opened, {
    workingDirectory: state.workingDirectory,
    services: await servicesOf(engine, owner, id),
    startEngine: (options) => startAside(context, opened, options),
    dispose: async () => {
      pulse.forget(opened)
      await removeEnvironment(context, id)
    },
  })
}
