import { factsOf, type TriggerFacts } from './compile/facts.ts'
import { addressesOf } from './github/addresses.ts'
import { at } from './github/webhooks/payload.ts'
import { readPullRequest } from './github/webhooks/pull-request.ts'
import { readPush } from './github/webhooks/push.ts'
import { isIgnored } from './github/webhooks/reading.ts'
import { pipelineId } from './model/ids.ts'
import { err, ok, type Result } from './model/result.ts'

/** What a pipeline would know that this payload of a push or pull request starts, numbered 1; or why it starts none. */
export function payloadFacts(payload: unknown): Result<TriggerFacts, string> {
  const delivery = { id: 'payload', name: 'push', payload, receivedAt: Date.now() }
  const self = { appId: 0, addresses: addressesOf(null, 'https') }
  const isOfPullRequest = at(payload, 'pull_request') !== undefined
  const trigger = isOfPullRequest ? readPullRequest(delivery, self) : readPush(delivery, self)
  return isIgnored(trigger) ? err(trigger.ignored) : ok(factsOf(trigger, 1, pipelineId('')))
}
