import { type Delivery, deliveryIn, recentDeliveries, remedyFor } from './deliveries.ts'
import { type Finding, fine, problem, unknown } from './finding.ts'
import { listIn } from './json.ts'
import { type Round, refused } from './round.ts'

/** GitHub gives up after ten seconds and then writes its log. */
const tries = 20
const pauseMs = 1_000

/**
 * Has GitHub repeat the ping of the webhook, which nothing but this asks for, and waits for what GitHub says
 * about it. Nothing, unless it is wished.
 */
export async function pingFindings(round: Round): Promise<readonly Finding[]> {
  return round.ping ? [await pingFinding(round)] : []
}

async function pingFinding(round: Round): Promise<Finding> {
  const earlier = await attempts(round)
  const [ping] = earlier
  if (!ping)
    return unknown(
      'ping',
      'GitHub keeps no ping that it could repeat',
      `save the Webhook URL anew on ${round.registered.pages.general}, which sends one, or read what follows about deliveries`,
    )
  const asked = await round.asApp(`/app/hook/deliveries/${ping.id}/attempts`, 'POST')
  if (asked.status !== 202) return refused('ping', asked)
  const answer = await newAttempt(round, new Set(earlier.map(({ id }) => id)))
  if (!answer) return unknown('ping', 'GitHub has not tried to deliver the ping yet', 'ask again')
  return answer.status === 'OK'
    ? fine('ping', `GitHub's ping arrived at ${answer.at}`)
    : problem('ping', `GitHub's ping failed: ${answer.status}`, remedyFor(answer, round))
}

async function newAttempt(round: Round, known: ReadonlySet<number>): Promise<Delivery | null> {
  for (let left = tries; left > 0; left--) {
    const found = (await attempts(round)).find(({ id }) => !known.has(id))
    if (found) return found
    await round.clock.sleep(pauseMs)
  }
  return null
}

/** Newest first. */
async function attempts({ asApp }: Round): Promise<readonly Delivery[]> {
  const { body } = await asApp(recentDeliveries)
  return listIn(body)
    .map(deliveryIn)
    .filter(({ event }) => event === 'ping')
}
