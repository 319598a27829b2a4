import type { RegistryAuth } from '../../model/plan.ts'
import { type Fields, isNothing, optionalText, type Reading, record } from '../read/reader.ts'
import { checkKeys } from './keys.ts'
import { requiredText } from './step-frame.ts'

/** A way to log in: the keys it takes, and what is made of them. */
interface Way {
  readonly accepted: readonly string[]
  readonly read: (fields: Fields, reading: Reading) => RegistryAuth | null
}

const ways: Readonly<Record<string, Way>> = {
  auth: { accepted: ['username', 'password'], read: password },
  aws_auth: {
    accepted: ['aws_access_key_id', 'aws_secret_access_key', 'oidc_role_arn'],
    read: aws,
  },
  gcp_auth: {
    accepted: ['oidc_service_account', 'workload_identity_pool', 'workload_identity_provider'],
    read: gcp,
  },
}

/** The keys of an image that say how to log in to its registry. */
export const authKeys: readonly string[] = Object.keys(ways)

/** How to log in to an image's registry. Texts may name variables, which are filled in when it is pulled. */
export function registryAuth(image: Fields, reading: Reading): RegistryAuth | null {
  const [first, second] = authKeys.filter((key) => !isNothing(image.all.get(key)))
  if (first === undefined) return null
  if (second !== undefined) {
    const message = `${second} has no effect beside ${first}: an image is pulled with one login`
    reading.report('ignored-key', image.all.get(second)?.key ?? image.at, message)
  }
  return authOf(first, image, reading)
}

function authOf(key: string, image: Fields, reading: Reading): RegistryAuth | null {
  const field = image.all.get(key)
  const way = ways[key]
  const fields = field && record(field, reading)
  if (!fields || way === undefined) return null
  checkKeys(fields, { of: key, accepted: way.accepted }, reading)
  return way.read(fields, reading)
}

function password(fields: Fields, reading: Reading): RegistryAuth | null {
  const username = requiredText(fields, 'username', reading)
  const secret = requiredText(fields, 'password', reading)
  if (username === null || secret === null) return null
  return { kind: 'password', username, password: secret }
}

/** A role that the job's own identity may take, or a pair of keys. */
function aws(fields: Fields, reading: Reading): RegistryAuth | null {
  const roleArn = optionalText(fields, 'oidc_role_arn', reading)
  if (roleArn !== null) return { kind: 'aws-oidc', roleArn }
  const accessKeyId = requiredText(fields, 'aws_access_key_id', reading)
  const secretAccessKey = requiredText(fields, 'aws_secret_access_key', reading)
  if (accessKeyId === null || secretAccessKey === null) return null
  return { kind: 'aws', accessKeyId, secretAccessKey }
}

function gcp(fields: Fields, reading: Reading): RegistryAuth | null {
  const serviceAccount = requiredText(fields, 'oidc_service_account', reading)
  const identityPool = requiredText(fields, 'workload_identity_pool', reading)
  const identityProvider = requiredText(fields, 'workload_identity_provider', reading)
  if (serviceAccount === null || identityPool === null || identityProvider === null) return null
  return { kind: 'gcp-oidc', serviceAccount, identityPool, identityProvider }
}
