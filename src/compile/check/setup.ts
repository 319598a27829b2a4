import type { TriggerFacts } from '../facts.ts'
import type { Selection } from '../plan/select.ts'
import { listed } from '../read/suggest.ts'
import type { Report } from '../report.ts'
import type { Resolved } from '../resolve/resolve.ts'

/**
 * A setup config is of version 2.1 and runs exactly one workflow, which is continued at most once: a
 * continuation cannot be a setup config again (V51).
 */
export function checkSetup(
  { config: { setup, version } }: Resolved,
  selections: readonly Selection[],
  { continuation }: TriggerFacts,
  report: Report,
): void {
  if (setup === null || version === '2') return
  if (continuation !== null) {
    const message = 'a continuation cannot be a setup config again'
    return report('setup', setup, message, 'Remove `setup: true` from the config that continues.')
  }
  const names = selections.filter(({ selected }) => selected).map(({ workflow }) => workflow.name)
  const [, second] = names
  if (second === undefined) return
  const message = `a setup config runs one workflow, this event starts ${names.length}: ${listed(names.map(({ value }) => value))}`
  report('setup', second.at, message, 'Close the others with `when:`.')
}
