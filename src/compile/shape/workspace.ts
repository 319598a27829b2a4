import type { Field, Reading } from '../read/reader.ts'
import {
  frame,
  needsKeys,
  optionsOf,
  requiredText,
  requiredTexts,
  type StepConfig,
} from './step-frame.ts'

/** `root` and `paths`; one path may stand without a list. */
export function persistStep(field: Field, reading: Reading): StepConfig | null {
  const fields = optionsOf(field, ['root', 'paths'], reading)
  if (fields === null) return needsKeys(field, 'root and paths', reading)
  const root = requiredText(fields, 'root', reading)
  const paths = requiredTexts(fields, 'paths', reading)
  const common = frame(field, fields, { name: 'persist_to_workspace' }, reading)
  if (root === null || paths === null) return null
  return { ...common, type: 'persist_to_workspace', root, paths }
}

export function attachStep(field: Field, reading: Reading): StepConfig | null {
  const fields = optionsOf(field, ['at'], reading)
  if (fields === null) return needsKeys(field, 'at', reading)
  const at = requiredText(fields, 'at', reading)
  const common = frame(field, fields, { name: 'attach_workspace' }, reading)
  return at === null ? null : { ...common, type: 'attach_workspace', at }
}
