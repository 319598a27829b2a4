import { suiteConclusion, suiteStatus } from '../checks/roll-up.ts'
import type { Suite } from '../world.ts'
import { type Html, html } from './html.ts'

const icons: Readonly<Record<string, string>> = {
  success: '✓',
  neutral: '■',
  skipped: '⊘',
  cancelled: '⊘',
  action_required: '!',
  in_progress: '●',
  queued: '○',
}
const looks: Readonly<Record<string, string>> = { timed_out: 'failure', cancelled: 'quiet' }

/** Icon and word of a status or, once there is one, a conclusion. */
export const statusMark = (status: string, conclusion: string | null): Html => {
  const word = conclusion ?? status
  return html`<span class="icon ${looks[word] ?? word}">${icons[word] ?? '✗'} ${word.replaceAll('_', ' ')}</span>`
}

export const suiteMark = (suite: Suite): Html =>
  statusMark(suiteStatus(suite), suiteConclusion(suite))
