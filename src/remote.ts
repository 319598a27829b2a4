import { WrongCall } from './cli/failure.ts'
import type { Remote } from './cli/trigger.ts'
import { environment, readRemoteSettings } from './settings.ts'

const usualServer = 'http://127.0.0.1:3000'

/** What was given on the command line, else what the environment says. Rejects with `WrongCall`. */
export function remoteFor(given: {
  readonly server: string | null
  readonly token: string | null
}): Remote {
  const read = readRemoteSettings(environment(process.cwd()))
  if (!read.ok) throw new WrongCall(read.problem.join('\n'))
  const token = given.token ?? read.value.token
  if (token === null)
    throw new WrongCall('a token is needed: set SLUICE_TOKEN to one of `sluice token create`')
  return { server: given.server ?? read.value.server ?? usualServer, token }
}
