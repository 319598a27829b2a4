import type { Step } from '../../model/step.ts'
import { refused, type StepEnd } from './step.ts'

/** Steps whose work this version does not do, and without which a job makes no sense. */
export type StepNotYet = Extract<Step, { readonly type: 'install_signing_bundle' }>

export const notYet = async ({ type }: StepNotYet): Promise<StepEnd> =>
  refused(`the step ${type} is not supported by this version of Sluice`)
