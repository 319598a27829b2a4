import type { RegistryAuth } from '../../model/plan.ts'
import { EnvironmentRefused } from '../../ports/executor.ts'
import type { ImageReference } from './reference.ts'

/**
 * The header that logs in to the registry of an image; none without `auth`. `$NAME` and `${NAME}` in its
 * texts stand for `variables`, as in no other place of a CircleCI config.
 * Throws `EnvironmentRefused` when a variable is missing, or for a way to log in that we do not know.
 */
export function loginFor(
  reference: ImageReference,
  auth: RegistryAuth | null,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (!auth) return {}
  if (auth.kind !== 'password') {
    throw new EnvironmentRefused(
      `the image ${reference.full} asks for a login with ${auth.kind.startsWith('aws') ? 'aws_auth' : 'gcp_auth'}, which Sluice does not support yet: use auth with a username and a password`,
    )
  }
  const resolve = (text: string): string => resolved(text, variables, reference)
  const login = {
    username: resolve(auth.username),
    password: resolve(auth.password),
    serveraddress: reference.registry,
  }
  return { 'x-registry-auth': padded(Buffer.from(JSON.stringify(login))) }
}

function resolved(
  text: string,
  variables: Readonly<Record<string, string>>,
  reference: ImageReference,
): string {
  return text.replaceAll(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_whole, braced: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain ?? ''
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (value !== undefined) return value
      throw new EnvironmentRefused(
        `the login for the image ${reference.full} needs the variable ${name}, which neither the project nor a context of the job has`,
      )
    },
  )
}

/** The engine silently ignores a login whose base64 is not padded. */
const padded = (bytes: Buffer): string =>
  bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
