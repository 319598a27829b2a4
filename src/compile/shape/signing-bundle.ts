import type { Field, Reading } from '../read/reader.ts'
import { frame, optionsOf, type StepConfig } from './step-frame.ts'

export function signingBundleStep(field: Field, reading: Reading): StepConfig {
  const fields = optionsOf(field, [], reading)
  const common = frame(field, fields, { name: 'install_signing_bundle' }, reading)
  return { ...common, type: 'install_signing_bundle' }
}
