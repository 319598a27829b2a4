import type { Effect } from '../model/effect.ts'
import type { Event } from '../model/event.ts'
import { onDemandTrigger } from '../model/on-demand.ts'
import type { Clock } from '../ports/clock.ts'
import { type GitHub, GitHubUnavailable } from '../ports/github.ts'

interface Parts {
  readonly github: Pick<GitHub, 'head' | 'tag'>
  readonly clock: Clock
}

type Asked = Extract<Effect, { readonly type: 'start-on-demand' }>

/** A person waits for the answer: after this many tries it is no. */
const triesAtMost = 3

/** Looks where the branch or tag is now, and begins there. */
export async function startOnDemand(parts: Parts, effect: Asked, tries: number): Promise<Event> {
  const { pipelineId, fresh, repository, ref, person, parameters } = effect
  const at = parts.clock.now()
  const none = (because: string): Event => ({
    type: 'no-new-run',
    pipelineId,
    at,
    by: person,
    because,
  })
  try {
    const commit = await (ref.kind === 'tag'
      ? parts.github.tag(repository, ref.name)
      : parts.github.head(repository, ref.name))
    if (commit === null) return none(`there is no ${ref.kind} ${ref.name} any more`)
    const trigger = onDemandTrigger({ repository, ref, commit, actor: person, at, parameters })
    return { type: 'triggered', pipelineId: fresh, at, trigger }
  } catch (error) {
    if (!(error instanceof GitHubUnavailable) || tries + 1 < triesAtMost) throw error
    return none('GitHub did not say where the branch is; try again')
  }
}
