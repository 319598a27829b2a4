import { type Field, isNothing } from '../../read/reader.ts'
import { type FiltersConfig, shapeFilters } from '../../shape/filters.ts'
import { condition } from '../../values/condition.ts'
import type { Scope } from '../../values/scope.ts'
import { filled } from '../calls/body.ts'
import type { Context } from '../context.ts'

/** `filters:` as a map of branches and tags, or (2.1) as an expression, which is evaluated. */
export function filtersOf(
  field: Field | undefined,
  scope: Scope,
  context: Context,
): FiltersConfig | null {
  if (field === undefined || isNothing(field)) return null
  if (field.value.kind !== 'scalar') return shapeFilters(filled(field, scope, context), context)
  if (context.version === '2') {
    context.report('needs-2.1', field.at, 'filters as an expression need version 2.1')
    return null
  }
  const { verdict, because } = condition(field, scope, context.report, { expression: true })
  return { kind: 'expression', at: field.key, verdict, because }
}
