import { type Finding, fine, problem, warning } from './finding.ts'
import type { DoctorParts } from './parts.ts'

export function settingsFindings({ mistakes, app }: DoctorParts): readonly Finding[] {
  if (mistakes.length === 0) return [fine('settings', 'complete')]
  const action = app
    ? 'mend it in the environment or in .env; the README says what every setting means'
    : 'mend it in the environment or in .env, or let `sluice setup` make an App and write its settings'
  return mistakes.map((mistake) => problem('settings', mistake, action))
}

/** Its shape is checked with the settings. */
export const secretsKeyFinding = ({ hasSecretsKey }: DoctorParts): Finding =>
  hasSecretsKey
    ? fine('secrets-key', 'SLUICE_SECRETS_KEY is 32 bytes')
    : warning(
        'secrets-key',
        'SLUICE_SECRETS_KEY is not set: stored secrets cannot be encrypted, and `sluice work` does not start',
        'set it to what `openssl rand -base64 32` prints, and keep a copy: nothing that was encrypted can be read without it',
      )
