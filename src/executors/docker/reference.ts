import { EnvironmentRefused } from '../../ports/executor.ts'

/** The name of an image, taken apart. */
export interface ImageReference {
  /** With the registry, without tag and digest. */
  readonly name: string
  /** `latest` where the config names neither tag nor digest; a digest as `sha256:…`. */
  readonly tag: string
  /** As the engine takes it in a path. */
  readonly full: string
  /** Host and port of the registry, as logins name it. */
  readonly registry: string
}

const shape =
  /^(?<name>[a-zA-Z0-9][a-zA-Z0-9._:/-]*?)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$/

/** Throws `EnvironmentRefused` for what cannot be an image. */
export function referenceIn(text: string): ImageReference {
  const { name, tag, digest } = shape.exec(text)?.groups ?? {}
  if (name === undefined || text.length > 500) {
    throw new EnvironmentRefused(
      `${JSON.stringify(text.slice(0, 200))} cannot be an image: expected name, name:tag or name@sha256:…`,
    )
  }
  const chosen = digest ?? tag ?? 'latest'
  const full = `${name}${digest === undefined ? ':' : '@'}${chosen}`
  return { name, tag: chosen, full, registry: registryOf(name) }
}

/** What comes before the first slash, if it looks like a host; else Docker Hub, by its old name. */
function registryOf(name: string): string {
  const [first = '', ...rest] = name.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return isHost ? first : 'https://index.docker.io/v1/'
}
