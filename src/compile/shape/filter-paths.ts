import type { Field, Reading } from '../read/reader.ts'
import { ownStep } from './own-step.ts'
import type { StepConfig } from './step-frame.ts'

const filterKeys = {
  texts: ['base_revision', 'mapping', 'exclude', 'output_path', 'config_path'],
  flags: ['same_base_run'],
} as const

/** `filter_paths`, a step of our own orbs only. */
export function filterPathsStep(field: Field, reading: Reading): StepConfig | null {
  const own = ownStep(field, filterKeys, reading)
  if (own === null) return null
  return {
    ...own.frame,
    type: 'filter_paths',
    baseRevision: own.text('base_revision'),
    mapping: own.text('mapping'),
    exclude: own.text('exclude'),
    outputPath: own.text('output_path'),
    configPath: own.text('config_path'),
    sameBaseRun: own.flag('same_base_run'),
  }
}

/** `combine_configs`, a step of our own orbs only. */
export function combineConfigsStep(field: Field, reading: Reading): StepConfig | null {
  const own = ownStep(field, { texts: ['list_path', 'output_path'], flags: [] }, reading)
  return (
    own && {
      ...own.frame,
      type: 'combine_configs',
      listPath: own.text('list_path'),
      outputPath: own.text('output_path'),
    }
  )
}
