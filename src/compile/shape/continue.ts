import type { Field, Reading } from '../read/reader.ts'
import { ownStep } from './own-step.ts'
import type { StepConfig } from './step-frame.ts'

const keys = {
  texts: ['configuration_path', 'parameters', 'made_of', 'lines_path', 'lines_parameter'],
  flags: ['finish'],
} as const

/** `continue_pipeline`, a step of our own orbs only; an empty text says nothing. */
export function continueStep(field: Field, reading: Reading): StepConfig | null {
  const own = ownStep(field, keys, reading)
  if (own === null) return null
  const parameter = own.text('lines_parameter')
  const config = {
    path: own.text('configuration_path'),
    parameters: own.text('parameters'),
    madeOf: own.text('made_of') || null,
    lines: parameter === '' ? null : { parameter, path: own.text('lines_path') },
  }
  return { ...own.frame, type: 'continue_pipeline', config: own.flag('finish') ? null : config }
}
