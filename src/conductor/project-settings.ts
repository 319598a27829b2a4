import { dirname, join } from 'node:path/posix'
import type { Approvers } from '../compile/project-settings/approvals.ts'
import { readProjectSettings, usualSettings } from '../compile/project-settings/project-settings.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { ProjectSettings } from '../model/project-settings.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { Repository } from '../model/trigger.ts'
import { type OnDefaultBranch, readOnDefaultBranch } from './on-default-branch.ts'

interface Parts {
  readonly github: OnDefaultBranch
  /** Where a repository keeps its config: its settings are beside it. */
  readonly configPath: string
  /** Where a repository says nothing. */
  readonly approvers: Approvers
}

/**
 * What the repository says about how it is treated, read now from the head of its default branch and from
 * nowhere else. The problem is everything found in a file with errors: who asks must then let nobody in.
 * Rejects with `GitHubUnavailable`.
 */
export async function projectSettingsOf(
  { github, configPath, approvers }: Parts,
  repository: Repository,
): Promise<Result<ProjectSettings, readonly Diagnostic[]>> {
  const file = settingsPath(configPath)
  const text = await readOnDefaultBranch(github, repository, file, { rare: true })
  if (text === null) return ok(usualSettings(approvers))
  const { settings, diagnostics } = readProjectSettings({ text, file }, approvers)
  return settings === null ? err(diagnostics) : ok(settings)
}

/** Why nobody may decide while the settings are wrong: one sentence with the line to mend. */
export function obstacleOf(diagnostics: readonly Diagnostic[]): string {
  const [first, ...more] = diagnostics.filter((one) => one.severity === 'error')
  if (!first) throw new Error('settings without an error were refused')
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`
  const { file, where, message } = first
  return `${file} of the default branch is wrong in line ${where.line}${others}: ${message}. Until that is mended nobody may decide`
}

const settingsPath = (configPath: string): string => join(dirname(configPath), 'sluice.yml')
