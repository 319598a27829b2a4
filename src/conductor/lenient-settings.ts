import type { Approvers } from '../compile/project-settings/approvals.ts'
import type { ProjectSettings } from '../model/project-settings.ts'
import type { Repository } from '../model/trigger.ts'
import type { Log } from '../ports/log.ts'
import type { OnDefaultBranch } from './on-default-branch.ts'
import { projectSettingsOf } from './project-settings.ts'

export interface LenientParts {
  readonly github: OnDefaultBranch
  readonly log: Log
  readonly configPath: string
  readonly approvers: Approvers
}

/** What the repository says; null, and logged, where its settings have errors. */
export async function settingsOrNone(
  parts: LenientParts,
  repository: Repository,
): Promise<ProjectSettings | null> {
  const settings = await projectSettingsOf(parts, repository)
  if (settings.ok) return settings.value
  const problems = settings.problem.map(
    ({ file, where, message }) => `${file}:${where.line}: ${message}`,
  )
  const facts = { repository: `${repository.owner}/${repository.name}`, problems }
  parts.log.warn(facts, 'the settings of a repository have errors and are not used')
  return null
}
