import type { Repository } from '../model/trigger.ts'
import { NoAccess } from '../ports/github.ts'
import type { Reach } from '../ports/reach.ts'

/** The repository as it is named now. Rejects with `NoAccess` when the App has lost it. */
export async function placeOf(
  reach: Pick<Reach, 'byId'>,
  repository: Repository,
): Promise<Repository> {
  const known = await reach.byId(repository.id)
  if (known?.closed?.cancel) throw new NoAccess(`the App ${known.closed.because}`)
  return known?.repository ?? repository
}
