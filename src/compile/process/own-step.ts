import { unreachable } from '../../model/result.ts'
import type { StepConfig } from '../shape/step-frame.ts'
import type { Value } from './document.ts'

/** Steps that our own orbs are made of; they say all their keys. */
type OwnStep = Extract<
  StepConfig,
  { type: 'continue_pipeline' | 'filter_paths' | 'combine_configs' }
>

export function ownOptions(step: OwnStep): Readonly<Record<string, Value>> {
  switch (step.type) {
    case 'continue_pipeline':
      return continueOptions(step)
    case 'filter_paths':
      return {
        base_revision: step.baseRevision,
        mapping: step.mapping,
        exclude: step.exclude,
        output_path: step.outputPath,
        config_path: step.configPath,
        same_base_run: step.sameBaseRun,
      }
    case 'combine_configs':
      return { list_path: step.listPath, output_path: step.outputPath }
    default:
      return unreachable(step)
  }
}

const continueOptions = ({ config }: Extract<OwnStep, { type: 'continue_pipeline' }>) => ({
  configuration_path: config?.path ?? '',
  parameters: config?.parameters ?? '',
  made_of: config?.madeOf ?? '',
  lines_path: config?.lines?.path ?? '',
  lines_parameter: config?.lines?.parameter ?? '',
  finish: config === null,
})
