import type { Handler } from './call.ts'
import { appOperations } from './operations/apps.ts'
import { checkRunOperations } from './operations/check-runs.ts'
import { checkSuiteOperations } from './operations/check-suites.ts'
import { commitOperations } from './operations/commits.ts'
import { contentOperations } from './operations/contents.ts'
import { deliveryOperations } from './operations/deliveries.ts'
import { hookOperations } from './operations/hook.ts'
import { manifestOperations } from './operations/manifest.ts'
import { peopleOperations } from './operations/people.ts'
import { pullOperations } from './operations/pulls.ts'
import { serviceOperations } from './operations/service.ts'

/** Every operation that the stand-in plays, by GitHub's name for it. */
export const handlers: Readonly<Record<string, Handler>> = {
  ...serviceOperations,
  ...appOperations,
  ...manifestOperations,
  ...hookOperations,
  ...deliveryOperations,
  ...commitOperations,
  ...contentOperations,
  ...pullOperations,
  ...peopleOperations,
  ...checkRunOperations,
  ...checkSuiteOperations,
}
