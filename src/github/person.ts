import type { Person, Repository } from '../model/trigger.ts'
import { failureOf, unavailable } from './failure.ts'
import type { Asking } from './files.ts'
import { personIn } from './webhooks/payload.ts'

/** Who has this login now, asked with what the App may see through the repository; null: nobody. */
export async function person(
  { probot, clock }: Asking,
  { installationId }: Repository,
  login: string,
): Promise<Person | null> {
  try {
    const octokit = await probot.auth(installationId)
    return personIn((await octokit.rest.users.getByUsername({ username: login })).data)
  } catch (error) {
    const failure = failureOf(error, clock.now())
    if (failure.kind === 'refused' && failure.status === 404) return null
    throw unavailable(error, `cannot look up ${login}`, clock.now())
  }
}
