import { readFileSync } from 'node:fs'
import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { join } from 'node:path'
import { EnvironmentLost } from '../../ports/executor.ts'

/** How the engine's users name it, as for the `docker` command. */
export interface DockerHost {
  /** `unix:///path`, `tcp://host:port`, `http://…` or `https://…`; null: the usual socket. */
  readonly host: string | null
  /** Folder of `ca.pem`, `cert.pem` and `key.pem`; not null: TLS. */
  readonly certificates: string | null
}

/** What a request to the engine is made with. */
export interface Address {
  /** As it was given, for messages. */
  readonly text: string
  readonly request: typeof plainRequest
  readonly options: Readonly<
    ({ socketPath: string } | { host: string; port: number }) & { agent: PlainAgent }
  >
}

const usualHost = 'unix:///var/run/docker.sock'

/** Throws `EnvironmentLost` when the address is of a kind that we do not speak, or a key cannot be read. */
export function addressOf({ host, certificates }: DockerHost): Address {
  const text = host ?? usualHost
  const socketPath = /^unix:\/\/(?<path>\/.*)$/.exec(text)?.groups?.['path']
  // A connection that was kept might be one that the engine has just given up.
  const agent = new PlainAgent({ keepAlive: false })
  if (socketPath !== undefined) {
    return { text, request: plainRequest, options: { socketPath, agent } }
  }
  const url = /^(?:tcp|https?):\/\//.test(text) ? URL.parse(text.replace(/^tcp:/, 'http:')) : null
  if (!url) {
    throw new EnvironmentLost(
      `DOCKER_HOST is ${JSON.stringify(text)}: expected unix:///path, tcp://host:port or https://host:port`,
    )
  }
  const secure = url.protocol === 'https:' || certificates !== null
  const options = { host: url.hostname.replace(/^\[|\]$/g, ''), port: portOf(url, secure) }
  return secure
    ? { text, request: tlsRequest, options: { ...options, agent: secureAgent(certificates) } }
    : { text, request: plainRequest, options: { ...options, agent } }
}

const portOf = (url: URL, secure: boolean): number => Number(url.port || (secure ? 2376 : 2375))

function secureAgent(certificates: string | null): TlsAgent {
  if (certificates === null) return new TlsAgent({ keepAlive: false })
  const pem = (name: string): string => {
    try {
      return readFileSync(join(certificates, name), 'utf8')
    } catch (error) {
      throw new EnvironmentLost(`the key of the Docker engine cannot be read: ${String(error)}`)
    }
  }
  return new TlsAgent({ ca: pem('ca.pem'), cert: pem('cert.pem'), key: pem('key.pem') })
}
