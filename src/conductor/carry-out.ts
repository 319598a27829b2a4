import type { Approvers } from '../compile/project-settings/approvals.ts'
import type { Event } from '../model/event.ts'
import type { ForkPolicy } from '../model/project-settings.ts'
import type { Clock } from '../ports/clock.ts'
import { type GitHub, GitHubUnavailable } from '../ports/github.ts'
import type { Inbox, Outbox, PendingEffect } from '../ports/inbox.ts'
import type { Log } from '../ports/log.ts'
import type { Orbs } from '../ports/orbs.ts'
import type { SecretNames } from '../ports/secrets.ts'
import { admit } from './admit.ts'
import { readApprovalPolicy } from './approval-policy.ts'
import { compilePipeline } from './compile-pipeline.ts'
import type { CompileOnce } from './compile-with-orbs.ts'
import { askContexts } from './contexts.ts'
import { askPermission } from './permission.ts'
import { startOnDemand } from './start-on-demand.ts'

export interface CarryParts {
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly github: GitHub
  readonly compile: CompileOnce
  readonly contexts: Pick<SecretNames, 'contexts'>
  readonly orbs: Orbs
  readonly clock: Clock
  readonly log: Log
  /** Where a repository keeps its config. */
  readonly configPath: string
  readonly approvers: Approvers
  /** What becomes of pull requests of forks where the repository does not say. */
  readonly forks: ForkPolicy
}

const firstRetryMs = 1000
const longestRetryMs = 60_000

/**
 * Carries one effect out and puts what came of it in the inbox. The event's key is the effect's id, so
 * that an effect which is given out twice happens once. A failure is tried again, ever more slowly.
 */
export async function carryOut(parts: CarryParts, pending: PendingEffect): Promise<void> {
  try {
    const event = await outcomeOf(parts, pending)
    if (event) await parts.inbox.put([{ key: `effect:${pending.id}`, event }])
    await parts.outbox.done(pending.id)
  } catch (error) {
    const retryInMs = retryAfter(error, pending.tries)
    parts.log.warn(
      { effect: pending.effect.type, tries: pending.tries + 1, retryInMs, error: String(error) },
      'an effect failed; it is tried again',
    )
    await parts.outbox.failed(pending.id, String(error), retryInMs)
  }
}

/** The table by effect type. The other types never leave the transaction that decided them. */
async function outcomeOf(parts: CarryParts, pending: PendingEffect): Promise<Event | null> {
  const { effect, tries } = pending
  switch (effect.type) {
    case 'compile':
      return compilePipeline(parts, effect, tries)
    case 'admit':
      return admit(parts, effect)
    case 'ask-permission':
      return askPermission(parts, effect, tries)
    case 'read-approval-policy':
      return readApprovalPolicy(parts, effect, tries)
    case 'ask-contexts':
      return askContexts(parts, effect, tries)
    case 'start-on-demand':
      return startOnDemand(parts, effect, tries)
    case 'queue-task':
    case 'cancel-task':
    case 'report':
    case 'register-schedules':
    case 'cancel-older':
    case 'later':
    case 'serial-enter':
    case 'serial-leave':
      throw new Error(`${effect.type} is carried out by the store, not from the outbox`)
    default:
      return effect satisfies never
  }
}

function retryAfter(error: unknown, tries: number): number {
  const said = error instanceof GitHubUnavailable ? error.retryAfterMs : null
  return said ?? Math.min(longestRetryMs, firstRetryMs * 2 ** tries)
}
