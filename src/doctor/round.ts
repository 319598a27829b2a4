import type { RestAnswer } from '../ports/github-rest.ts'
import { type Finding, unknown } from './finding.ts'
import { textIn } from './json.ts'
import type { DoctorParts } from './parts.ts'
import type { RegisteredApp } from './registered.ts'

/** One walk through what GitHub knows. */
export interface Round extends DoctorParts {
  readonly registered: RegisteredApp
  readonly asApp: (path: string, method?: 'GET' | 'POST') => Promise<RestAnswer>
}

/** An answer that is no use: told, and no reason to stop. */
export const refused = (check: string, { status, body }: RestAnswer): Finding =>
  unknown(
    check,
    `GitHub refused to tell (${status}): ${textIn(body, 'message') ?? 'it gave no reason'}`,
    'ask again; should it stay so, see GitHub’s status page',
  )
