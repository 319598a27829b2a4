import type { DockerImage } from '../../model/plan.ts'
import { EnvironmentRefused, type EnvironmentSpec } from '../../ports/executor.ts'
import type { Image } from './image.ts'
import { checked, labels } from './labels.ts'
import type { Owner } from './owner.ts'
import { keeper } from './programs.ts'
import { memoryWords, type Resources } from './resources.ts'

/** One of a job's containers: what the config asks for, and what its image says. */
export interface Wanted {
  readonly asked: DockerImage
  readonly image: Image
}

interface Around {
  readonly owner: Owner
  readonly spec: EnvironmentSpec
  readonly resources: Resources | null
}

/** More processes than any build needs, and fewer than hurt the machine. */
const mostProcesses = 16_384
/** After so long without a sign of life nobody comes back: leases are shorter. */
const patienceSeconds = 600

/** What the engine is told to make the container that the steps run in. */
export function primaryBody(
  wanted: Wanted,
  around: Around & { readonly network: string; readonly names: readonly string[] },
) {
  const { spec, resources } = around
  const seconds = Math.max(1, Math.ceil(spec.lifetimeMs / 1000))
  return {
    ...common(wanted),
    Entrypoint: ['/bin/sh', '-c', keeper, 'sluice-keeper', `${seconds}`, `${patienceSeconds}`],
    Cmd: entrypointOf(wanted),
    WorkingDir: '/',
    Labels: {
      ...ownLabels(around, 'primary'),
      [labels.workingDirectory]: spec.workingDirectory,
      [labels.memory]: resources ? memoryWords(resources.memoryBytes) : '',
    },
    HostConfig: {
      ...limits(resources),
      // What an entrypoint says last explains its end.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
      NetworkMode: around.network,
      ExtraHosts: around.names.map((name) => `${hostName(name)}:127.0.0.1`),
    },
  }
}

/** What the engine is told to make a service, in the network stack of the primary container. */
export function serviceBody(
  wanted: Wanted,
  around: Around & { readonly primary: string; readonly position: number },
) {
  const { asked } = wanted
  const title = asked.name === null ? asked.image : `${asked.name} (${asked.image})`
  return {
    ...common(wanted),
    ...(asked.entrypoint && { Entrypoint: asked.entrypoint }),
    ...(asked.command && { Cmd: asked.command }),
    Labels: { ...ownLabels(around, `service-${around.position}`), [labels.title]: title },
    HostConfig: {
      ...limits(around.resources),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '64m', 'max-file': '2' } },
      NetworkMode: `container:${around.primary}`,
      // Its processes end with the primary container whoever is left to see to it.
      ...(isInit(wanted) ? {} : { PidMode: `container:${around.primary}` }),
    },
  }
}

/** Such programs run only as process 1, which in the primary container is ours. */
function isInit({ asked, image }: Wanted): boolean {
  const [program] = [...(asked.entrypoint ?? image.entrypoint), ...(asked.command ?? image.command)]
  return (
    program !== undefined &&
    /^(?:\/usr)?(?:\/s?bin|\/lib\/systemd)?\/(?:init|systemd)$/.test(program)
  )
}

const common = ({ asked, image }: Wanted) => ({
  Image: image.reference.full,
  Env: Object.entries(asked.environment).map(([name, value]) => `${name}=${value}`),
  ...(asked.user !== null && { User: asked.user }),
  // A health check of the image would run beside the steps and interest nobody.
  Healthcheck: { Test: ['NONE'] },
})

const ownLabels = ({ owner, spec }: Around, role: string) => ({
  [labels.owner]: owner,
  [labels.environment]: checked('environment', spec.id),
  [labels.role]: role,
})

/** Without swap: a job that needs more than its memory ends instead of slowing down all others. */
const limits = (resources: Resources | null) => ({
  PidsLimit: mostProcesses,
  ...(resources && {
    NanoCpus: Math.round(resources.cpus * 1e9),
    Memory: resources.memoryBytes,
    MemorySwap: resources.memoryBytes,
  }),
})

/**
 * The words that run beside the steps: none, unless the config or the image's label asks for them. An
 * entrypoint of the config takes the image's command away, as for `docker run`.
 */
function entrypointOf({ asked, image }: Wanted): readonly string[] {
  if (!asked.entrypoint && !asked.command && !image.preserveEntrypoint) return []
  const command = asked.command ?? (asked.entrypoint ? [] : image.command)
  return [...(asked.entrypoint ?? image.entrypoint), ...command]
}

function hostName(name: string): string {
  if (/^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/.test(name)) return name
  throw new EnvironmentRefused(
    `${JSON.stringify(name)} cannot be the name of a container: expected a host name`,
  )
}
