import { type Finding, fine, problem, warning } from './finding.ts'
import type { DoctorParts } from './parts.ts'

/** By really running something, as the executor itself tells. */
export async function executorFinding({ executor, unisolatedOk }: DoctorParts): Promise<Finding> {
  const check = 'executor'
  if (executor.kind === 'fake')
    return warning(check, 'no step really runs (SLUICE_EXECUTOR=fake)', 'take SLUICE_EXECUTOR away')
  const { isolation, summary, warnings } = await executor.health()
  if (warnings.length === 0) return fine(check, summary)
  // An executor whose only warning is its summary can run nothing at all.
  const useless = warnings[0] === summary
  const message = sentences([summary, ...warnings.filter((one) => one !== summary)])
  return useless || (isolation === 'none' && !unisolatedOk)
    ? problem(check, message, useless ? cannotRun : refused)
    : warning(check, message, 'see the README about isolation; nothing must be done')
}

/** Summaries end without a full stop, warnings with one. */
const sentences = (texts: readonly string[]): string =>
  texts.map((text) => text.replace(/\.$/, '')).join('. ')

const cannotRun = 'mend what it says is missing, or run jobs elsewhere with `sluice work`'
const refused =
  'start Sluice where it may make namespaces or as root, or, if all who can push are trusted, set SLUICE_UNISOLATED=allow'
