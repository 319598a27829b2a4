import {
  type Field,
  type Fields,
  given,
  integer,
  oneOf,
  optionalText,
  type Reading,
} from '../read/reader.ts'
import { frame, optionsOf, type StepConfig } from './step-frame.ts'

const methods = ['blobless', 'full', 'shallow'] as const
type Method = (typeof methods)[number]

/** `checkout`, alone or with `path`, `method` and, for a shallow one, `depth`. */
export function checkoutStep(field: Field, reading: Reading): StepConfig {
  const fields = optionsOf(field, ['path', 'method', 'depth'], reading)
  const method = methodOf(fields, reading)
  return {
    ...frame(field, fields, { name: 'checkout' }, reading),
    type: 'checkout',
    path: optionalText(fields, 'path', reading),
    method: method ?? 'blobless',
    depth: method && depthOf(fields, method, reading),
  }
}

/** Null: it was written wrongly, so that nothing can be said about a depth. */
function methodOf(fields: Fields | null, reading: Reading): Method | null {
  const field = given(fields, 'method')
  return field === null ? 'blobless' : (oneOf(field, methods, reading)?.value ?? null)
}

function depthOf(fields: Fields | null, method: Method, reading: Reading): number | null {
  const field = given(fields, 'depth')
  if (field === null) return missingDepth(fields, method, reading)
  const depth = integer(field, reading)
  if (depth === null) return null
  if (method === 'shallow' && depth.value >= 1) return depth.value
  const message =
    method === 'shallow'
      ? `depth must be at least 1, this is ${depth.value}`
      : 'depth only goes with `method: shallow`'
  reading.report('checkout-depth', depth.at, message)
  return null
}

function missingDepth(fields: Fields | null, method: Method, { report }: Reading): null {
  const at = fields?.all.get('method')?.at
  if (method === 'shallow' && at !== undefined)
    report('checkout-depth', at, 'a shallow checkout needs a depth', 'Write e.g. `depth: 1`.')
  return null
}
