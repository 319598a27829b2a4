import type { Step } from '../../model/step.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'

/** Steps whose work this version does not do. */
type Kind =
  | 'save_cache'
  | 'restore_cache'
  | 'store_artifacts'
  | 'store_test_results'
  | 'add_ssh_keys'
  | 'setup_remote_docker'
  | 'install_signing_bundle'
export type StepNotYet = Extract<Step, { readonly type: Kind }>

/** What a job can do without: it goes on, and the log says what was not done. */
const notices: Readonly<Partial<Record<Kind, string>>> = {
  save_cache: 'caches are not kept by this version of Sluice: nothing was saved',
  restore_cache: 'caches are not kept by this version of Sluice: nothing was found',
  store_artifacts: 'artifacts are not kept by this version of Sluice: nothing was stored',
  store_test_results: 'test results are not kept by this version of Sluice: nothing was stored',
}

/** A step that is accepted and not done: a notice where the job can go on, else a failure that says so. */
export async function notYet(context: StepContext, { type }: StepNotYet): Promise<StepEnd> {
  const notice = notices[type]
  if (notice === undefined)
    return refused(`the step ${type} is not supported by this version of Sluice`)
  await say(context, notice)
  return succeeded
}
