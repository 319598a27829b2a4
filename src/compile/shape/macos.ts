import { type Field, type Reading, record, required, string } from '../read/reader.ts'
import { checkKeys, type Keys } from './keys.ts'
import { resourceClassOf } from './resource-class.ts'
import type { RunsInConfig } from './runs-in.ts'

const keys: Keys = {
  of: 'macos',
  accepted: ['xcode', 'code_signing', 'resource_class'],
}

/** A Mac with a version of Xcode. */
export function macosOf(field: Field | undefined, reading: Reading): RunsInConfig | null {
  if (field === undefined || field.value.kind === 'unknown') return null
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, keys, reading)
  reading.report('unsupported', field.key, 'macos needs a Mac, which Sluice does not have')
  const xcode = required(fields, 'xcode', reading)
  return {
    at: field.key,
    runsIn: { kind: 'macos', xcode: (xcode && xcodeOf(xcode, reading)) ?? '' },
    shell: null,
    resourceClass: resourceClassOf(fields, reading),
  }
}

/** A number is taken by its characters; CircleCI asks for quotes even where they make no difference. */
function xcodeOf(field: Field, reading: Reading): string | null {
  const text = string(field, reading)
  const { value: node } = field
  if (text === null || node.kind !== 'scalar' || node.type === 'string' || node.substituted)
    return text?.value ?? null
  const message = `xcode is a version, and CircleCI reads ${text.value} as the number ${Number(text.value)}`
  reading.report('numeric-text', text.at, message, `Quote it: "${text.value}".`)
  return text.value
}
