import { readFileSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { gitHubLimits, type Limits } from './github/budget/limits.ts'
import type { LogLevel } from './log.ts'
import { err, ok, type Result } from './model/result.ts'
import type { Kind } from './setting-kinds.ts'
import * as kinds from './setting-kinds.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What every process of Sluice is told by its environment. */
export interface Settings {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Where people reach us, without a slash at the end; null: where we listen. */
  readonly publicUrl: string | null
  readonly logLevel: LogLevel
  /** Absolute path. */
  readonly dataDirectory: string
  /** Bytes that caches, artifacts and workspaces may take up; null: as much as the disk has. */
  readonly storageQuota: number | null
  /** Null: the embedded database in the data directory. */
  readonly databaseUrl: string | null
  readonly executor: 'auto' | 'docker' | 'local' | 'fake'
  readonly docker: DockerSettings
  /** Whose jobs may have a Docker engine of their own: `owner/name` or `owner/*`. */
  readonly remoteDocker: readonly string[]
  /** Run jobs without isolation although others can reach us. */
  readonly allowUnisolated: boolean
  /** Tasks at once in this process. */
  readonly concurrency: number
  /** 32 bytes. */
  readonly secretsKey: Uint8Array | null
  /** Where a repository keeps its config, relative to its root. */
  readonly configPath: string
  readonly approvers: 'write' | 'maintain' | 'admin'
  readonly forks: 'hold' | 'never' | 'always'
  readonly enterprise: Enterprise | null
  /** What GitHub allows an installation; null: everything. */
  readonly gitHubLimits: Limits | null
  readonly orbs: OrbSettings
}

/** Which Docker engine runs jobs, and how. */
export interface DockerSettings {
  readonly dockerHost: {
    /** As for the `docker` command; null: the usual socket. */
    readonly host: string | null
    /** Folder of the keys for TLS; null: no TLS unless the host asks for it. */
    readonly certificates: string | null
  }
  /** What `machine` jobs run in. */
  readonly machineImage: string
  /** What a job's own Docker engine runs in. */
  readonly engineImage: string
  /** A network of the engine that jobs join; null: one of our own. */
  readonly network: string | null
}

/** Where orbs may be fetched. */
export interface OrbSettings {
  /** Where the registry takes queries; null: none is ever asked. */
  readonly registry: string | null
  /** `https://` URLs below which orbs may be fetched. */
  readonly urls: readonly string[]
  /** For the registry's private orbs. */
  readonly token: string | null
}

/** A GitHub Enterprise Server, in the place of github.com. */
export interface Enterprise {
  /** May hold a port. */
  readonly host: string
  readonly protocol: 'http' | 'https'
}

/** The GitHub App that we are. */
export interface AppSettings {
  readonly appId: number
  /** PEM. */
  readonly privateKey: string
  readonly webhookSecret: string
  readonly clientId: string | null
  readonly clientSecret: string | null
}

export type ServeSettings = Settings & { readonly app: AppSettings }

export type WorkSettings = ServeSettings & {
  readonly databaseUrl: string
  readonly secretsKey: Uint8Array
}

/** One sentence a setting that is wrong or missing, its name first; the values of secrets are never told. */
export type Mistakes = readonly string[]

/**
 * The environment of this process, completed by the file `.env` in `directory`, which never overrides it.
 * @throws when that file exists and cannot be read
 */
export const environment = (directory: string): Environment => ({
  ...parseEnv(dotEnv(resolve(directory, '.env'))),
  ...process.env,
})

/** For commands that are no GitHub App: `migrate`, `demo`. */
export function readSettings(from: Environment): Result<Settings, Mistakes> {
  const reader = readerOf(from)
  return reader.result(readCommon(reader))
}

/** For `serve`: without a webhook secret anybody could make us run jobs, so it has no default. */
export function readServeSettings(from: Environment): Result<ServeSettings, Mistakes> {
  const reader = readerOf(from)
  const app = readApp(reader)
  const common = readCommon(reader)
  return reader.result(app ? { ...common, app } : undefined)
}

/** For `work`: shares the database, and the key of what is encrypted in it, with a server. */
export function readWorkSettings(from: Environment): Result<WorkSettings, Mistakes> {
  const reader = readerOf(from)
  const app = readApp(reader)
  const databaseUrl = reader.required('DATABASE_URL', kinds.databaseUrl)
  const secretsKey = reader.required('SLUICE_SECRETS_KEY', kinds.secretsKey)
  const common = readCommon(reader)
  return reader.result(
    app && databaseUrl && secretsKey ? { ...common, app, databaseUrl, secretsKey } : undefined,
  )
}

/** For `secret`: `keys` says which of the keys it cannot do without. */
export function readSecretSettings(
  from: Environment,
  { keys, oldKeyFile }: SecretNeeds,
): Result<SecretSettings, Mistakes> {
  const reader = readerOf(from)
  if (keys !== 'none') reader.required('SLUICE_SECRETS_KEY', kinds.secretsKey)
  const oldSecretsKey = keys === 'both' ? readOldKey(reader, oldKeyFile) : null
  const common = readCommon(reader)
  return reader.result({ ...common, oldSecretsKey: oldSecretsKey ?? null })
}

export interface SecretNeeds {
  readonly keys: 'none' | 'one' | 'both'
  /** Holds the old one; null: the environment does. */
  readonly oldKeyFile: string | null
}

export type SecretSettings = Settings & { readonly oldSecretsKey: Uint8Array | null }

const readOldKey = (reader: Reader, file: string | null): Uint8Array | undefined =>
  file === null
    ? reader.required('SLUICE_SECRETS_KEY_OLD', kinds.secretsKey)
    : reader.given('--old-key-file', file, kinds.secretsKeyFile)

/** For `doctor`: whatever is right, beside what is wrong. */
export function readSoundSettings(from: Environment): {
  readonly settings: Settings
  /** Null: a setting that it needs is wrong or missing. */
  readonly app: AppSettings | null
  readonly mistakes: Mistakes
} {
  const all = readServeSettings(from)
  if (all.ok) return { settings: all.value, app: all.value.app, mistakes: [] }
  const wrong = new Set(all.problem.map((mistake) => mistake.split(' ', 1)[0] ?? ''))
  const rest = Object.fromEntries(Object.entries(from).filter(([name]) => !wrong.has(name)))
  const app = readServeSettings(rest)
  return {
    settings: readCommon(readerOf(rest)),
    app: app.ok ? app.value.app : null,
    mistakes: all.problem,
  }
}

/** For `setup`, before there is an App. */
export function readSetupSettings(
  from: Environment,
): Result<{ readonly publicUrl: string; readonly enterprise: Enterprise | null }, Mistakes> {
  const reader = readerOf(from)
  const publicUrl = reader.required('SLUICE_PUBLIC_URL', kinds.publicUrl)
  const enterprise = readEnterprise(reader.optional)
  return reader.result(publicUrl ? { publicUrl, enterprise } : undefined)
}

/** For commands that talk to a server of ours. */
export function readRemoteSettings(from: Environment): Result<RemoteSettings, Mistakes> {
  const reader = readerOf(from)
  return reader.result({
    server: reader.optional('SLUICE_PUBLIC_URL', kinds.publicUrl, null),
    token: reader.optional('SLUICE_TOKEN', kinds.secret, null),
  })
}

export interface RemoteSettings {
  readonly server: string | null
  readonly token: string | null
}

/** For commands about configs that need an orb; nothing else about the environment matters to them. */
export function readOrbSettings(from: Environment): Result<OrbSettings, Mistakes> {
  const reader = readerOf(from)
  return reader.result(readOrbs(reader.optional))
}

/** Where this user's programs keep what can be fetched again: as the XDG specification has it. */
export function cacheDirectory(from: Environment): string {
  const named = from['XDG_CACHE_HOME'] ?? ''
  return isAbsolute(named) ? named : join(homedir(), '.cache')
}

function dotEnv(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

const readCommon = ({ optional }: Reader): Settings => ({
  host: optional('HOST', kinds.host, '127.0.0.1'),
  port: optional('PORT', kinds.port, 3000),
  publicUrl: optional('SLUICE_PUBLIC_URL', kinds.publicUrl, null),
  logLevel: optional('LOG_LEVEL', kinds.logLevel, 'info'),
  dataDirectory: optional('SLUICE_DATA_DIR', kinds.directory, resolve('data')),
  storageQuota: optional('SLUICE_STORAGE_QUOTA', kinds.quota, null),
  databaseUrl: optional('DATABASE_URL', kinds.databaseUrl, null),
  executor: optional('SLUICE_EXECUTOR', kinds.executor, 'auto'),
  docker: readDocker(optional),
  remoteDocker: optional('SLUICE_REMOTE_DOCKER', kinds.repositories, []),
  allowUnisolated: optional('SLUICE_UNISOLATED', kinds.unisolated, null) === 'allow',
  concurrency: optional('SLUICE_CONCURRENCY', kinds.concurrency, 2 * availableParallelism()),
  secretsKey: optional('SLUICE_SECRETS_KEY', kinds.secretsKey, null),
  configPath: optional('SLUICE_CONFIG_PATH', kinds.configPath, '.circleci/config.yml'),
  approvers: optional('SLUICE_APPROVERS', kinds.approvers, 'write'),
  forks: optional('SLUICE_FORKS', kinds.forks, 'hold'),
  enterprise: readEnterprise(optional),
  gitHubLimits: readLimits(optional),
  orbs: readOrbs(optional),
})

/** Small enough to be pulled, and with git, sudo and what builds mostly need. */
const usualMachineImage = 'cimg/base:current'

function readDocker(optional: Reader['optional']): DockerSettings {
  const secure = optional('DOCKER_TLS_VERIFY', kinds.name, null) !== null
  const folder = optional('DOCKER_CERT_PATH', kinds.directory, join(homedir(), '.docker'))
  return {
    dockerHost: {
      host: optional('DOCKER_HOST', kinds.name, null),
      certificates: secure ? folder : null,
    },
    machineImage: optional('SLUICE_MACHINE_IMAGE', kinds.name, usualMachineImage),
    engineImage: optional('SLUICE_REMOTE_DOCKER_IMAGE', kinds.name, 'docker:dind'),
    network: optional('SLUICE_DOCKER_NETWORK', kinds.name, null),
  }
}

function readOrbs(optional: Reader['optional']): OrbSettings {
  const registry = optional('SLUICE_ORB_REGISTRY', kinds.orbRegistry, circleRegistry)
  return {
    registry: registry === 'off' ? null : registry,
    urls: optional('SLUICE_ORB_URLS', kinds.orbUrls, []),
    token: optional('SLUICE_ORB_TOKEN', kinds.orbToken, null),
  }
}

/** CircleCI's own, which gives public orbs to everybody. */
const circleRegistry = 'https://circleci.com/graphql-unstable'

function readEnterprise(optional: Reader['optional']): Enterprise | null {
  const host = optional('GHE_HOST', kinds.gheHost, null)
  const protocol = optional('GHE_PROTOCOL', kinds.gheProtocol, 'https')
  return host === null ? null : { host, protocol }
}

/** Enterprise servers have no limits unless their owner sets them. */
function readLimits(optional: Reader['optional']): Limits | null {
  const usual = readEnterprise(optional) === null ? 'on' : 'off'
  const wanted = optional('SLUICE_GITHUB_LIMITS', kinds.onOrOff, usual)
  return wanted === 'on' ? gitHubLimits : null
}

/** Undefined when a part of it is wrong or missing; the reader knows which. */
function readApp(reader: Reader): AppSettings | undefined {
  const appId = reader.required('APP_ID', kinds.appId)
  const privateKey = readPrivateKey(reader)
  const webhookSecret = reader.required('WEBHOOK_SECRET', kinds.webhookSecret)
  const clientId = reader.optional('GITHUB_CLIENT_ID', kinds.name, null)
  const clientSecret = reader.optional('GITHUB_CLIENT_SECRET', kinds.secret, null)
  return appId && privateKey && webhookSecret
    ? { appId, privateKey, webhookSecret, clientId, clientSecret }
    : undefined
}

function readPrivateKey(reader: Reader): string | undefined {
  return reader.has('PRIVATE_KEY') || !reader.has('PRIVATE_KEY_PATH')
    ? reader.required('PRIVATE_KEY', kinds.privateKey)
    : reader.required('PRIVATE_KEY_PATH', kinds.privateKeyFile)
}

interface Reader {
  readonly has: (name: string) => boolean
  readonly optional: <Value, Default>(
    name: string,
    kind: Kind<Value>,
    otherwise: Default,
  ) => Value | Default
  readonly required: <Value>(name: string, kind: Kind<Value>) => Value | undefined
  /** What was told otherwise than by the environment. */
  readonly given: <Value>(name: string, text: string, kind: Kind<Value>) => Value | undefined
  /** `value`, unless there were mistakes. */
  readonly result: <Value>(value: Value | undefined) => Result<Value, Mistakes>
}

/** Remembers what is wrong instead of stopping at the first mistake. An empty text counts as absent. */
function readerOf(from: Environment): Reader {
  const mistakes = new Set<string>()
  const given = <Value>(name: string, text: string, kind: Kind<Value>): Value | undefined => {
    const value = attempt(() => kind.parse(text))
    if (value === undefined) mistakes.add(mistakeAbout(name, text, kind))
    return value
  }
  const parse = <Value>(name: string, kind: Kind<Value>): Value | undefined => {
    const text = from[name]?.trim() ?? ''
    return text === '' ? undefined : given(name, text, kind)
  }
  const has = (name: string) => (from[name]?.trim() ?? '') !== ''
  return {
    has,
    given,
    optional: (name, kind, otherwise) => parse(name, kind) ?? otherwise,
    required: (name, kind) => {
      if (!has(name)) mistakes.add(`${name} is missing: expected ${kind.expected}`)
      return parse(name, kind)
    },
    result: (value) => (mistakes.size > 0 || value === undefined ? err([...mistakes]) : ok(value)),
  }
}

function attempt<Value>(parse: () => Value): Value | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

const mistakeAbout = (name: string, text: string, { expected, secret }: Kind<unknown>): string =>
  secret
    ? `${name} is wrong: expected ${expected}`
    : `${name} is ${JSON.stringify(text)}: expected ${expected}`
