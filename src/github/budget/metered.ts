import type { Checks } from '../../ports/checks.ts'
import type { Clock } from '../../ports/clock.ts'
import { GitHubUnavailable } from '../../ports/github.ts'
import type { Clients, Octokit } from '../client.ts'
import { failureOf } from '../failure.ts'
import type { Budgets } from './budgets.ts'

export interface Metering {
  readonly clients: Clients
  readonly budgets: Budgets
  /** What GitHub has said about an installation counts in every process. */
  readonly pauses: Pick<Checks, 'pause' | 'paused'>
  readonly clock: Clock
}

/**
 * The same clients, whose requests for an installation count against its budget and respect what GitHub
 * said: none is sent while the installation has to wait, whoever was told so.
 */
export const metered = (metering: Metering): Clients => ({
  auth: async (installationId) => {
    const octokit = await metering.clients.auth(installationId)
    return installationId === undefined ? octokit : watched(metering, octokit, installationId)
  },
})

function watched(
  { budgets, pauses, clock }: Metering,
  octokit: Octokit,
  installationId: number,
): Octokit {
  const budget = budgets.of(installationId)
  octokit.hook.wrap('request', async (send, request) => {
    // Tokens are the App's own affair.
    if (request.url.endsWith('/access_tokens')) return await send(request)
    refuseIfWaiting(Math.max(budget.untilFree(), await pauses.paused(installationId)))
    const reads = request.method === 'GET' || request.method === 'HEAD'
    const answered = budget.begin({ reads, creates: isCreate(request) })
    try {
      return await send(request)
    } catch (error) {
      const failure = failureOf(error, clock.now())
      if (failure.kind === 'limited') await pauses.pause(installationId, failure.waitMs)
      throw error
    } finally {
      answered()
    }
  })
  return octokit
}

function refuseIfWaiting(waitMs: number): void {
  if (waitMs > 0)
    throw new GitHubUnavailable('GitHub allows this installation no more requests now', waitMs)
}

const isCreate = ({ method, url }: { readonly method: string; readonly url: string }): boolean =>
  method === 'POST' && url.endsWith('/check-runs')
