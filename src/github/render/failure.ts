import type { JobFacts, NameList } from '../../ports/checks.ts'
import { code, fenced } from './markdown.ts'

const commandBytes = 4000

/** Markdown: which step failed, and what it ran. The end of its log is the text of the check. */
export function failedStepLines({ failedStep, logTail }: JobFacts): readonly string[] {
  if (!failedStep) return []
  const { name, command } = failedStep
  const log = hasText(logTail) ? 'how its log ends is below' : 'it wrote nothing'
  const head = `The step ${code(name)} failed; ${log}.`
  return command === null || command === name ? [head] : [head, fenced(command, commandBytes)]
}

/** Whether a log holds anything to show. */
export const hasText = (log: string | null): log is string => log !== null && log.trim() !== ''

/** Markdown: what the buttons of this check, and GitHub's own, run again and what they reuse. */
export function rerunLines({ job, workflow, rerun }: JobFacts): readonly string[] {
  if (!rerun) return []
  const { again, kept, dependents } = rerun
  const rest = dependents.total > 0 ? ` and what depends on it: ${list(dependents)}` : ''
  const keeps = kept.total > 0 ? ` Kept, with what they stored: ${list(kept)}.` : ''
  return [
    [
      `- **Rerun from failed** and GitHub's _Re-run failed checks_ run what ended without success, in every workflow of this commit; in ${code(workflow.name)} that is now ${list(again)}.${keeps}`,
      `- GitHub's _Re-run_ of this check runs ${code(job.planned.name)}${rest}.`,
      '- **Rerun all** runs every job anew.',
    ].join('\n'),
  ]
}

function list({ names, total }: NameList): string {
  const left = total - names.length
  const more = left > 0 ? [`${left} more`] : []
  return [...names.map((name) => code(name, 100)), ...more].join(', ')
}
