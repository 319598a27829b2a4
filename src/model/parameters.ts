import { err, ok, type Result } from './result.ts'
import type { Scalar } from './trigger.ts'

/** CircleCI's limits of the parameters that somebody gives a pipeline. */
const limits = { entries: 100, key: 128, value: 512 } as const

/** Pipeline parameters from outside, decoded from JSON; the problem is a sentence without its end. */
export function readParameters(value: unknown): Result<Readonly<Record<string, Scalar>>, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return err('the parameters are no JSON object')
  const entries = Object.entries(value)
  if (entries.length > limits.entries)
    return err(`there are ${entries.length} parameters; at most ${limits.entries} are taken`)
  for (const [key, one] of entries) {
    const problem = problemOf(key, one)
    if (problem !== null) return err(problem)
  }
  return ok(Object.fromEntries(entries))
}

function problemOf(key: string, value: unknown): string | null {
  if (key.length > limits.key)
    return `the parameter ${key.slice(0, 40)}… has a name longer than ${limits.key} characters`
  if (!isScalar(value)) return `the parameter ${key} is neither a text, a number nor a boolean`
  return String(value).length > limits.value
    ? `the parameter ${key} is longer than ${limits.value} characters`
    : null
}

export const isScalar = (value: unknown): value is Scalar =>
  ['string', 'number', 'boolean'].includes(typeof value)
