import { type Field, listOrOne, type Reading, required, string } from '../read/reader.ts'
import { frame, needsKeys, optionsOf, requiredText, type StepConfig } from './step-frame.ts'

/** `root` and `paths`; one path may stand without a list. */
export function persistStep(field: Field, reading: Reading): StepConfig | null {
  const fields = optionsOf(field, ['root', 'paths'], reading)
  if (fields === null) return needsKeys(field, 'root and paths', reading)
  const root = requiredText(fields, 'root', reading)
  const paths = required(fields, 'paths', reading)
  const texts = paths && listOrOne(paths).flatMap((path) => string(path, reading)?.value ?? [])
  if (paths?.value.kind === 'list' && paths.value.items.length === 0)
    reading.report('missing-key', paths.key, 'paths names nothing to keep')
  const common = frame(field, fields, 'persist_to_workspace', reading)
  if (root === null || texts === null) return null
  return { ...common, type: 'persist_to_workspace', root, paths: texts }
}

export function attachStep(field: Field, reading: Reading): StepConfig | null {
  const fields = optionsOf(field, ['at'], reading)
  if (fields === null) return needsKeys(field, 'at', reading)
  const at = requiredText(fields, 'at', reading)
  const common = frame(field, fields, 'attach_workspace', reading)
  return at === null ? null : { ...common, type: 'attach_workspace', at }
}
