import { setTimeout } from 'node:timers/promises'
import type { WorkingCopy } from '../../src/demo/working-copy.ts'
import { now } from './measure.ts'
import type { Place } from './place.ts'

let made = 0

/** Pushes a commit with the config that `configFor` makes, and returns its sha. Each is a new one. */
export async function push(
  copy: WorkingCopy,
  configFor: (run: string) => string,
): Promise<{ readonly sha: string; readonly run: string }> {
  const run = `run${made++}`
  const sha = await copy.commit({ '.circleci/config.yml': configFor(run), run })
  await copy.push('HEAD:main')
  return { sha, run }
}

const patienceMs = 60_000

/** When the `sluice` check of the commit was concluded, in milliseconds since 1970. */
export async function concluded({ standIn }: Place, sha: string): Promise<number> {
  const deadline = now() + patienceMs
  for (;;) {
    const check = standIn.latestRuns(sha).find(({ name }) => name === 'sluice')
    if (check?.conclusion === 'success') return now()
    if (check?.conclusion) throw new Error(`the push of ${sha} ended with ${check.conclusion}`)
    if (now() > deadline) throw new Error(`the push of ${sha} did not end`)
    await setTimeout(1)
  }
}

/** A command that says `text` and when it ran: the job's own clock, not the listener's. */
export const stamp = (place: Place, text: string): string =>
  place.markers.shell(`${text} $EPOCHREALTIME`)

/** When the command with this stamp ran, in milliseconds since 1970. */
export async function stamped(place: Place, text: string): Promise<number> {
  const marker = await place.markers.wait(`${text} `)
  return Number(marker.text.slice(text.length + 1)) * 1000
}
