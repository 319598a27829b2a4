import { foreignApp } from '../app.ts'
import { findCommit } from '../git/commits.ts'
import { findRepository } from '../rest/call.ts'
import type { Run, World } from '../world.ts'
import { createRun } from './runs.ts'

export interface ForeignRun {
  /** `owner/name`. */
  readonly repository: string
  readonly sha: string
  /** Slug of the other App, e.g. `github-actions`. */
  readonly app: string
  readonly name: string
  /** Absent: the run is in progress. */
  readonly conclusion?: string
}

/** A run that another App reports. Rejects when repository or commit is not there. */
export const addForeignRun = async (world: World, wanted: ForeignRun): Promise<Run> => {
  const repository = findRepository(world, wanted.repository)
  const commit = repository && (await findCommit(repository, wanted.sha))
  if (!commit) throw new Error(`no commit ${wanted.sha} in ${wanted.repository}`)
  const { name, conclusion } = wanted
  const place = { app: foreignApp(world, wanted.app), repository, commit, headBranch: null }
  const state = conclusion === undefined ? { status: 'in_progress' } : { conclusion }
  return createRun(world, place, { name, ...state })
}
