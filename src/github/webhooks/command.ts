import type { Command } from '../../model/command.ts'
import { plainText } from '../text.ts'

const commandsAtMost = 10
const jobBytes = 400

/**
 * The commands of a comment: lines that begin with `/approve`, `/reject`, `/rerun` or `/cancel`, as written by
 * its author. What stands in a quotation or in a code block was said by somebody else, or only shown.
 */
export function commandsIn(comment: string): readonly Command[] {
  const lines = outsideCode(comment.split(/\r?\n/))
  const commands = lines.flatMap((line) => commandOf(line) ?? [])
  // Anybody may comment, and each command is a question to GitHub: the same one counts once.
  const different = new Map(commands.map((command) => [JSON.stringify(command), command]))
  return [...different.values()].slice(0, commandsAtMost)
}

/** Markdown's fences: three or more of one character, closed by at least as many. */
function outsideCode(lines: readonly string[]): readonly string[] {
  let fence: string | null = null
  return lines.filter((line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence === null && mark === undefined) return true
    if (fence === null) fence = mark ?? null
    else if (mark?.startsWith(fence)) fence = null
    return false
  })
}

function commandOf(line: string): Command | null {
  const [, word, rest] = /^\/([a-z]+)(?:[^\S\n]+(.*))?$/.exec(line.trimEnd()) ?? []
  const job = plainText(rest ?? '', jobBytes) || null
  if (word === 'approve' || word === 'reject' || word === 'cancel') return { action: word, job }
  return word === 'rerun' ? rerunOf(job) : null
}

function rerunOf(job: string | null): Command {
  if (job === null || job === 'failed') return { action: 'rerun-failed', job: null }
  return job === 'all' ? { action: 'rerun-all', job: null } : { action: 'rerun-job', job }
}
