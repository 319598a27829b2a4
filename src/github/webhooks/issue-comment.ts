import type { Command } from '../../model/command.ts'
import type { PipelineId } from '../../model/ids.ts'
import type { Person, Repository } from '../../model/trigger.ts'
import type { NewEvent } from '../../ports/inbox.ts'
import { commandsIn } from './command.ts'
import { at, id, personIn, repositoryIn, text } from './payload.ts'
import type { Delivery, Ignored, Self } from './reading.ts'
import { nothing, unusable } from './reading.ts'

/** Commands that somebody wrote below a pull request. */
export interface Comment {
  readonly repository: Repository
  /** Of the pull request. */
  readonly number: number
  /** Never none. */
  readonly commands: readonly Command[]
  readonly by: Person
  /** Milliseconds since 1970, by GitHub's clock. */
  readonly writtenAt: number
}

/**
 * Reads `issue_comment.created`. Comments that are changed afterwards count as they were: an edit shows no
 * one what was approved. Those of bots, and those that an App wrote for a person, ask for nothing.
 */
export function readComment({ payload }: Delivery, self: Self): Comment | Ignored {
  const comment = at(payload, 'comment')
  const commands = commandsIn(text(at(comment, 'body')) ?? '')
  if (commands.length === 0) return nothing('a comment without a command')
  if (!(at(payload, 'issue', 'pull_request') instanceof Object))
    return nothing('a comment on an issue')
  if (at(comment, 'performed_via_github_app') instanceof Object)
    return nothing('a comment that an App wrote')
  const by = personIn(at(payload, 'sender'))
  const repository = repositoryIn(payload, self.addresses)
  const number = id(at(payload, 'issue', 'number'))
  const writtenAt = Date.parse(text(at(comment, 'created_at')) ?? '')
  if (!by || !repository || number === null || Number.isNaN(writtenAt))
    return unusable('a command without sender, repository, pull request or time')
  if (by.type === 'Bot') return nothing('a command of a bot')
  return { repository, number, commands, by, writtenAt }
}

/** One event for each command and pipeline of the commit; the newest pipeline answers for all. */
export function commandEvents(
  { commands, by, writtenAt }: Comment,
  pipelines: readonly PipelineId[],
  delivery: Delivery,
): readonly NewEvent[] {
  return commands.flatMap((command, index) =>
    pipelines.map((pipelineId) => ({
      key: `${delivery.id}/${index}/${pipelineId}`,
      event: {
        type: 'command-written',
        pipelineId,
        at: delivery.receivedAt,
        command,
        by,
        writtenAt,
        answers: pipelineId === pipelines[0],
      },
    })),
  )
}
