import { type Field, type Fields, integer, oneOf, type Reading } from '../read/reader.ts'
import { frame, optionalText, optionsOf, type StepConfig } from './step-frame.ts'

const methods = ['blobless', 'full', 'shallow'] as const

/** `checkout`, alone or with `path`, `method` and, for a shallow one, `depth`. */
export function checkoutStep(field: Field, reading: Reading): StepConfig {
  const fields = optionsOf(field, ['path', 'method', 'depth'], reading)
  const method = fields?.all.get('method')
  const chosen = (method && oneOf(method, methods, reading)?.value) ?? 'blobless'
  return {
    ...frame(field, fields, 'checkout', reading),
    type: 'checkout',
    path: optionalText(fields, 'path', reading),
    method: chosen,
    depth: depthOf(fields, chosen, reading),
  }
}

function depthOf(fields: Fields | null, method: string, reading: Reading): number | null {
  const field = fields?.all.get('depth')
  const depth = field ? integer(field, reading) : null
  if (depth === null) return null
  if (method === 'shallow' && depth.value >= 1) return depth.value
  const message =
    method === 'shallow'
      ? `depth must be at least 1, this is ${depth.value}`
      : 'depth only goes with `method: shallow`'
  reading.report('checkout-depth', depth.at, message)
  return null
}
