import { setTimeout as sleep } from 'node:timers/promises'
import type { StandIn } from './stand-in/stand-in.ts'
import type { Run } from './stand-in/world.ts'

const lookEveryMs = 50

/** Prints every change of a check as it is seen on GitHub, until the signal aborts. */
export async function follow(
  gitHub: StandIn,
  sha: string,
  out: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const shown = new Map<number, string>()
  for (;;) {
    for (const run of gitHub.runs(sha)) {
      const line = lineOf(run)
      if (shown.get(run.id) !== line) out(line)
      shown.set(run.id, line)
    }
    if (signal.aborted) return
    await sleep(lookEveryMs)
  }
}

const marks: Readonly<Record<string, string>> = {
  success: '✓',
  failure: '✗',
  cancelled: '⊘',
  action_required: '!',
  in_progress: '●',
  queued: '○',
}

function lineOf(run: Run): string {
  const state = run.conclusion ?? run.status
  return `${marks[state] ?? '·'} ${run.name.padEnd(40)} ${state.padEnd(16)} ${run.title ?? ''}`.trimEnd()
}

/** The newest check of each name, with its conclusion. */
export const table = (runs: readonly Run[]): readonly string[] =>
  runs.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(lineOf)
