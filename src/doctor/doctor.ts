/** `sluice doctor`: looks at everything that Sluice needs, one thing after another, and changes nothing. */

import { dataDirectoryFinding } from './data-directory.ts'
import { databaseFinding } from './database.ts'
import { executorFinding } from './executor.ts'
import type { Finding } from './finding.ts'
import { gitFinding } from './git.ts'
import { gitHubFindings } from './github.ts'
import type { DoctorParts } from './parts.ts'
import { secretsKeyFinding, settingsFindings } from './settings.ts'

/** In the order in which they are told. Rejects only for a mistake of ours. */
export async function examine(parts: DoctorParts): Promise<readonly Finding[]> {
  const [gitHub, ...machine] = await Promise.all([
    gitHubFindings(parts),
    databaseFinding(parts),
    dataDirectoryFinding(parts.dataDirectory),
    executorFinding(parts),
    gitFinding(),
  ])
  return [...settingsFindings(parts), secretsKeyFinding(parts), ...gitHub, ...machine]
}

/** 0: all is well, or nearly; 1: something must be mended; 3: something could not be looked at. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const has = (verdict: Finding['verdict']) => findings.some((one) => one.verdict === verdict)
  if (has('problem')) return 1
  return has('unknown') ? 3 : 0
}
