import type { PipelineRun } from '../../model/run.ts'
import type { RenderOptions } from './desired.ts'

/**
 * Where people read the repository's config at the pipeline's commit; `#L3` after it is a line. Null where
 * it is not known, and for what continues a pipeline: that comes from a file which is not in the repository.
 */
export function configPage(
  { trigger, continuation }: PipelineRun,
  { configPath }: RenderOptions,
): string | null {
  if (configPath === undefined || continuation?.stage === 'continued') return null
  const { repository, commit } = trigger
  const path = configPath.split('/').map(encodeURIComponent).join('/')
  return `${repository.webUrl}/blob/${commit.sha}/${path}`
}
