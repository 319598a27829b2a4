import { acceptedForms, type RegistryOrb, shown } from '../model/orb-reference.ts'
import { type RegistryAnswer, readAnswer } from './answer.ts'
import { largest, textOf } from './body.ts'
import { type Fetched, missing, trouble, troubleOf } from './fetched.ts'
import { nearest, newest, stands } from './versions.ts'

export interface RegistrySettings {
  /** Where it takes GraphQL queries. */
  readonly address: string
  /** For private orbs. */
  readonly token: string | null
  readonly timeoutMs: number
}

/** The query that CircleCI's own command line sends. */
const query = `query($orbVersionRef: String!) {
  orbVersion(orbVersionRef: $orbVersionRef) {
    id version source createdAt
    orb { id name namespace { name } versions(count: 200) { version createdAt } }
  }
}`

/** JSON writes some characters as six, and the list of versions comes along. */
const largestAnswer = 3 * largest

/** Asks a registry for an orb. An orb that is not there is asked for once more, for what is there instead. */
export async function askRegistry(orb: RegistryOrb, settings: RegistrySettings): Promise<Fetched> {
  try {
    return await fetchedOf(await ask(`${orb.name}@${orb.version}`, settings), orb, settings)
  } catch (error) {
    return troubleOf(error, settings.timeoutMs)
  }
}

type Asked = RegistryAnswer | { readonly kind: 'failed'; readonly because: Fetched }

/** Rejects when the connection fails. */
async function ask(
  reference: string,
  { address, token, timeoutMs }: RegistrySettings,
): Promise<Asked> {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(token === null ? {} : { authorization: token }),
    },
    body: JSON.stringify({ query, variables: { orbVersionRef: reference } }),
    // A redirect would take the token along.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (response.status !== 200)
    return { kind: 'failed', because: await statusTrouble(response, token) }
  const body = await textOf(response, largestAnswer)
  return body === null
    ? {
        kind: 'failed',
        because: trouble(`its answer is larger than ${largestAnswer} bytes`, false),
      }
    : readAnswer(body)
}

async function statusTrouble(response: Response, token: string | null): Promise<Fetched> {
  await response.body?.cancel()
  const { status } = response
  const advice = token === null ? 'it may want SLUICE_ORB_TOKEN' : 'SLUICE_ORB_TOKEN may be wrong'
  const refused = status === 401 || status === 403
  return trouble(
    `it answered with HTTP ${status}${refused ? `; ${advice}` : ''}`,
    status === 429 || status >= 500,
  )
}

async function fetchedOf(
  answer: Asked,
  orb: RegistryOrb,
  settings: RegistrySettings,
): Promise<Fetched> {
  switch (answer.kind) {
    case 'failed':
      return answer.because
    case 'error':
      return trouble(`it answered: ${answer.message}`, false)
    case 'nonsense':
      return trouble('its answer is not one of an orb registry', true)
    case 'none':
      return notThere(orb, settings)
    case 'orb':
      return checked(answer, orb)
    default:
      return answer satisfies never
  }
}

function checked(
  { version, text }: Extract<RegistryAnswer, { kind: 'orb' }>,
  orb: RegistryOrb,
): Fetched {
  if (!stands(version, orb)) return trouble(`it answered with version ${shown(version)}`, false)
  return Buffer.byteLength(text) > largest
    ? missing(`the orb ${orb.name}@${version} is larger than ${largest} bytes`)
    : { kind: 'found', version, text }
}

/** Whether it is the orb or only the version that does not exist. */
async function notThere(orb: RegistryOrb, settings: RegistrySettings): Promise<Fetched> {
  const { name, version } = orb
  const other = version === 'volatile' ? null : await ask(`${name}@volatile`, settings)
  if (other?.kind === 'orb') return noVersion(orb, [other.version, ...other.versions])
  const advice = settings.token === null ? 'A private orb needs the setting SLUICE_ORB_TOKEN. ' : ''
  return missing(
    `the orb registry knows no orb ${name}, or it is private`,
    `${advice}${acceptedForms}`,
  )
}

function noVersion({ name, version }: RegistryOrb, versions: readonly string[]): Fetched {
  const expires = version.startsWith('dev:') ? '; development versions expire after 90 days' : ''
  const [near, last] = [nearest(versions, version), newest(versions)]
  const also = last !== null && last !== near ? ` The newest is ${last}.` : ''
  const suggestion = near === null ? '' : `Did you mean ${name}@${near}?${also} `
  return missing(
    `the orb ${name} has no version ${version}${expires}`,
    `${suggestion}${acceptedForms}`,
  )
}
