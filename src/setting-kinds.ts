import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { logLevels } from './log.ts'

/** How the text of a setting is read. */
export interface Kind<Value> {
  /** Completes the sentence "expected …". */
  readonly expected: string
  /** True: a mistake must not show the text. */
  readonly secret: boolean
  /** Undefined, or an exception: the text is not what is expected. */
  readonly parse: (text: string) => Value | undefined
}

export const appId = wholeNumber(1, Number.MAX_SAFE_INTEGER, 'the number of the GitHub App')
export const port = wholeNumber(0, 65_535, 'a port')
export const concurrency = wholeNumber(1, 10_000, 'how many tasks run at once')
export const logLevel = oneOf(...logLevels)
export const executor = oneOf('auto', 'docker', 'local', 'fake')
export const unisolated = oneOf('allow')
export const approvers = oneOf('write', 'maintain', 'admin')
export const forks = oneOf('hold', 'never', 'always')
export const onOrOff = oneOf('on', 'off')
export const gheProtocol = oneOf('https', 'http')

export const name: Kind<string> = { expected: 'a text', secret: false, parse: (text) => text }
export const secret: Kind<string> = { expected: 'a text', secret: true, parse: (text) => text }
export const webhookSecret: Kind<string> = {
  ...secret,
  expected: 'the webhook secret of the GitHub App',
}

export const host: Kind<string> = {
  expected: 'an address or the name of a host, without scheme and port',
  secret: false,
  parse: (text) => (isIP(text) > 0 || hostName.test(text) ? text : undefined),
}
const hostName = /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i

export const gheHost: Kind<string> = {
  expected: 'the host of a GitHub Enterprise Server, such as github.example.com or localhost:8443',
  secret: false,
  parse: (text) => (new URL(`https://${text}/`).host === text.toLowerCase() ? text : undefined),
}

export const publicUrl: Kind<string> = {
  expected: 'the http or https URL at which people reach Sluice, without a path',
  secret: false,
  parse: (text) => {
    const { origin, href, protocol } = new URL(text)
    return /^https?:$/.test(protocol) && href === `${origin}/` ? origin : undefined
  },
}

export const databaseUrl: Kind<string> = {
  expected: 'a URL such as postgres://user:password@host:5432/database',
  secret: true,
  parse: (text) => (/^postgres(ql)?:\/\/\S+$/.test(text) ? text : undefined),
}

export const orbRegistry: Kind<string> = {
  expected: 'the http or https URL at which a registry takes GraphQL queries about orbs, or off',
  secret: false,
  parse: (text) => (text === 'off' ? text : plainUrl(text, /^https?:$/)),
}

export const orbUrls: Kind<readonly string[]> = {
  expected: 'https URLs, separated by commas, from which and from below which orbs may be fetched',
  secret: false,
  parse: (text) => {
    const urls = text.split(',').map((one) => plainUrl(one.trim(), /^https:$/))
    return urls.includes(undefined) ? undefined : urls.filter((url) => url !== undefined)
  },
}

export const orbToken: Kind<string> = {
  expected: 'the token of the orb registry, without spaces',
  secret: true,
  parse: (text) => (/^[\x21-\x7e]+$/.test(text) ? text : undefined),
}

/** Of `protocol`, without password, query and fragment. */
function plainUrl(text: string, protocol: RegExp): string | undefined {
  const url = new URL(text)
  const { username, password, search, hash } = url
  const plain = [username, password, search, hash].every((part) => part === '')
  return plain && protocol.test(url.protocol) ? url.href : undefined
}

export const directory: Kind<string> = {
  expected: 'the path of a folder',
  secret: false,
  parse: (text) => resolve(text),
}

export const configPath: Kind<string> = {
  expected: 'a path inside the repository, such as .circleci/config.yml',
  secret: false,
  parse: (text) =>
    text.split('/').some((part) => ['', '.', '..'].includes(part)) ? undefined : text,
}

export const repositories: Kind<readonly string[]> = {
  expected: 'repositories as owner/name, or owner/* for all of an owner, separated by commas',
  secret: false,
  parse: (text) => {
    const all = text.split(',').map((one) => one.trim())
    return all.every((one) => /^[\w-]+\/(?:\*|[\w.-]+)$/.test(one)) ? all : undefined
  },
}

export const quota: Kind<number> = {
  expected: 'a size such as 500MB, 20GB or 1TB',
  secret: false,
  parse: (text) => {
    const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?) ?([KMGT]?)i?B$/i.exec(text) ?? []
    const bytes = Number(count) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' ')
    return bytes >= 1 ? Math.floor(bytes) : undefined
  },
}

export const secretsKey: Kind<Uint8Array> = {
  expected: '32 random bytes as base64 (openssl rand -base64 32 makes some)',
  secret: true,
  parse: (text) => {
    const bytes = Buffer.from(text, 'base64')
    return bytes.length === 32 && bytes.toString('base64') === text ? bytes : undefined
  },
}

export const secretsKeyFile: Kind<Uint8Array> = {
  expected: 'a file, readable by this user, that holds 32 bytes as base64',
  secret: false,
  parse: (path) => secretsKey.parse(readFileSync(path, 'utf8').trim()),
}

export const privateKey: Kind<string> = {
  expected:
    "the App's RSA private key: PEM, PEM with \\n for line ends, or PEM as base64; or PRIVATE_KEY_PATH, a file that holds it",
  secret: true,
  parse: rsaKey,
}

export const privateKeyFile: Kind<string> = {
  expected: "a file, readable by this user, that holds the App's RSA private key as PEM",
  secret: false,
  parse: (path) => rsaKey(readFileSync(path, 'utf8').trim()),
}

/** PEM, however it was squeezed into one line. */
function rsaKey(text: string): string | undefined {
  const pem = text.startsWith('-----BEGIN') ? text : Buffer.from(text, 'base64').toString()
  const unfolded = pem.replaceAll('\\n', '\n')
  return createPrivateKey(unfolded).asymmetricKeyType === 'rsa' ? unfolded : undefined
}

function wholeNumber(least: number, most: number, what: string): Kind<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`
  return {
    expected: `${what}, a whole number ${range}`,
    secret: false,
    parse: (text) => {
      const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
      return number >= least && number <= most ? number : undefined
    },
  }
}

function oneOf<const Choice extends string>(...choices: readonly Choice[]): Kind<Choice> {
  return {
    expected: choices.join(' or '),
    secret: false,
    parse: (text) => choices.find((choice) => choice === text),
  }
}
