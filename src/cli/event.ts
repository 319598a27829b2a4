import type { TriggerFacts } from '../compile/facts.ts'
import { commitSha } from '../model/ids.ts'
import { branchOf, type EventFacts, tagOf } from '../model/trigger.ts'
import type { ConfigIo } from './config-io.ts'
import { WrongCall } from './failure.ts'

/** An event as flags describe it, for which a config is compiled. */
export interface EventOptions {
  readonly branch: string | null
  readonly tag: string | null
  readonly event: EventFacts['name']
  readonly sha: string | null
  /** Pipeline parameters. */
  readonly parameters: Readonly<Record<string, string>>
  /** Facts from a webhook payload; they take the place of all of the above. */
  readonly facts: TriggerFacts | null
  /** No network: an orb that is not vendored or cached is opaque. */
  readonly offline: boolean
}

/** The facts of the event that the options describe. Rejects with `WrongCall` when they contradict. */
export async function eventFacts(options: EventOptions, io: ConfigIo): Promise<TriggerFacts> {
  if (options.facts !== null) return options.facts
  const { tag, branch, sha, event, parameters } = options
  if (branch !== null && tag !== null)
    throw new WrongCall('a push has a branch or a tag: give --branch or --tag, not both')
  const name = tag ?? branch ?? (await io.currentBranch()) ?? 'main'
  const ref = { kind: tag === null ? 'branch' : 'tag', name } as const
  return {
    ref,
    sha: sha === null ? null : commitSha(sha),
    event: { name: event, action: event, values: {} },
    values: {
      'pipeline.git.branch': branchOf(ref),
      'pipeline.git.tag': tagOf(ref),
      'pipeline.git.revision': sha ?? '',
      'pipeline.event.name': event,
      'pipeline.event.action': event,
    },
    parameters,
    continuation: null,
  }
}
