import type { Approvers } from '../compile/project-settings/approvals.ts'
import { policyFor } from '../compile/project-settings/policy-for.ts'
import type { Effect } from '../model/effect.ts'
import type { Event } from '../model/event.ts'
import type { Clock } from '../ports/clock.ts'
import { GitHubUnavailable } from '../ports/github.ts'
import type { OnDefaultBranch } from './on-default-branch.ts'
import { obstacleOf, projectSettingsOf } from './project-settings.ts'

interface Parts {
  readonly github: OnDefaultBranch
  readonly clock: Clock
  readonly configPath: string
  readonly approvers: Approvers
}

type Asked = Extract<Effect, { readonly type: 'read-approval-policy' }>

/** Nobody waits for it: who presses a button is told by what is read then. */
const triesAtMost = 10

/** Reads who may decide about an approval that is held now. */
export async function readApprovalPolicy(
  parts: Parts,
  { pipelineId, repository, jobId, job }: Asked,
  tries: number,
): Promise<Event> {
  const about = { type: 'approval-policy-read', pipelineId, jobId, at: parts.clock.now() } as const
  try {
    const settings = await projectSettingsOf(parts, repository)
    return settings.ok
      ? { ...about, policy: policyFor(settings.value.approvals, job), obstacle: null }
      : { ...about, policy: null, obstacle: obstacleOf(settings.problem) }
  } catch (error) {
    if (!(error instanceof GitHubUnavailable) || tries + 1 < triesAtMost) throw error
    const obstacle = `GitHub did not say who may decide (${error.message}); it is asked again at a click`
    return { ...about, policy: null, obstacle }
  }
}
