import { type Field, isNothing, record, required } from '../../read/reader.ts'
import { checkKeys } from '../../shape/keys.ts'
import { condition } from '../../values/condition.ts'
import type { Scope } from '../../values/scope.ts'
import type { Context } from '../context.ts'

interface Branch {
  readonly steps: Field
  readonly taken: boolean | 'unknown'
}

/** A `when` or `unless` step: its steps, and whether they run. Null: it has none, which was reported. */
export function branchOf(
  name: 'when' | 'unless',
  field: Field,
  scope: Scope,
  context: Context,
): Branch | null {
  if (isNothing(field)) {
    context.report('missing-key', field.key, `${name} needs condition and steps`)
    return null
  }
  const fields = record(field, context)
  if (fields === null) return null
  checkKeys(fields, { of: `the step ${name}`, accepted: ['condition', 'steps'] }, context)
  const steps = required(fields, 'steps', context)
  const asked = fields.all.get('condition')
  if (asked === undefined) context.report('missing-key', fields.at, 'condition is missing')
  if (steps === null) return null
  const { verdict } =
    asked === undefined
      ? ({ verdict: 'unknown' } as const)
      : condition(asked, scope, context.report, { expression: false })
  if (verdict === 'unknown') return { steps, taken: 'unknown' }
  return { steps, taken: name === 'when' ? verdict : !verdict }
}
