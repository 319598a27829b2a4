import type { ScalarNode } from '../read/located.ts'
import { isTrue } from '../read/scalar.ts'
import { numberOf } from './numbers.ts'

/**
 * A value inside other text: `true` or `false`, the digits of a whole number, nothing for null; texts,
 * dates and numbers such as `3.10` keep the very characters of their source.
 */
export function rendered(node: ScalarNode): string {
  const { type, text } = node
  if (type === 'null') return ''
  if (type === 'boolean') return String(isTrue(text))
  return type === 'integer' && !plainInteger.test(text) ? String(numberOf(node)) : text
}

const plainInteger = /^(?:0|-?[1-9]\d*)$/
