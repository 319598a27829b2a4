import { createContext, Script } from 'node:vm'
import type { Regex, RegexAnswer } from '../ports/regex.ts'
import { fromJava } from './java-pattern.ts'

/** So many compiled patterns are kept; a server sees the same few again and again. */
const cacheLimit = 1000

type Compiled =
  | { readonly kind: 'ready'; readonly regex: RegExp }
  | { readonly kind: 'invalid'; readonly message: string }

/**
 * Matches with V8's own engine, which backtracks, inside `node:vm`, whose timeout interrupts even a match
 * that would take centuries. `timeoutMs` bounds one match; ordinary ones take microseconds.
 */
export function vmRegex(timeoutMs = 300): Regex {
  const compiled = new Map<string, Compiled>()
  const sandbox: { regex: RegExp; text: string } = { regex: /$/, text: '' }
  const context = createContext(sandbox)
  const script = new Script('regex.test(text)')
  const run = (regex: RegExp, text: string): RegexAnswer => {
    sandbox.regex = regex
    sandbox.text = text
    try {
      const yes: unknown = script.runInContext(context, { timeout: timeoutMs })
      return { kind: yes === true ? 'yes' : 'no' }
    } catch (error) {
      return isTimeout(error) ? { kind: 'too-slow' } : { kind: 'invalid', message: reasonOf(error) }
    }
  }
  return {
    fullMatch: (pattern, text) => {
      const known = compiled.get(pattern) ?? compilePattern(pattern)
      if (compiled.size >= cacheLimit) compiled.clear()
      compiled.set(pattern, known)
      return known.kind === 'ready' ? run(known.regex, text) : known
    },
  }
}

/** Compiling takes time as well, and no timeout interrupts it. */
const longestPattern = 1000

function compilePattern(pattern: string): Compiled {
  if (pattern.length > longestPattern)
    return { kind: 'invalid', message: `it is longer than ${longestPattern} characters` }
  const translated = fromJava(pattern)
  if (translated.kind === 'untranslatable') return { kind: 'invalid', message: translated.message }
  try {
    return { kind: 'ready', regex: new RegExp(`^(?:${translated.source})$`, 'u') }
  } catch (error) {
    return { kind: 'invalid', message: reasonOf(error) }
  }
}

/** V8 says `Invalid regular expression: /…/u: Unmatched ')'`; only the end is about the user's text. */
const reasonOf = (error: unknown): string => /[^:]*$/.exec(textOf(error))?.[0].trim() ?? ''

// What is thrown inside a context belongs to another realm, where `instanceof` says no.
const textOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : ''

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
