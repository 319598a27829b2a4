import { type Field, optionalText, type Reading } from '../read/reader.ts'
import { frame, needsKeys, optionsOf, requiredText, type StepConfig } from './step-frame.ts'

/** Kept whatever happened before, unless `when` says otherwise. */
export function artifactsStep(field: Field, reading: Reading): StepConfig | null {
  const fields = optionsOf(field, ['path', 'destination'], reading)
  if (fields === null) return needsKeys(field, 'path', reading)
  const path = requiredText(fields, 'path', reading)
  const destination = optionalText(fields, 'destination', reading)
  const common = frame(field, fields, { name: 'store_artifacts', when: 'always' }, reading)
  return path === null ? null : { ...common, type: 'store_artifacts', path, destination }
}

/** As artifacts: also the results of failed tests are wanted. */
export function testResultsStep(field: Field, reading: Reading): StepConfig | null {
  const fields = optionsOf(field, ['path'], reading)
  if (fields === null) return needsKeys(field, 'path', reading)
  const path = requiredText(fields, 'path', reading)
  const common = frame(field, fields, { name: 'store_test_results', when: 'always' }, reading)
  return path === null ? null : { ...common, type: 'store_test_results', path }
}
