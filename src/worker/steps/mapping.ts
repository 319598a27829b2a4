import { isScalar } from '../../model/parameters.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Scalar } from '../../model/trigger.ts'
import type { Regex } from '../../ports/regex.ts'
import { pythonPattern } from './python-pattern.ts'

/** One line of a mapping: files that match give the parameter its value and choose the config. */
export interface MappingLine {
  /** From 1. */
  readonly number: number
  readonly pattern: string
  readonly parameter: { readonly name: string; readonly value: Scalar } | null
  readonly config: string | null
}

/** A line that matched, and the first file that did it. */
export interface Match {
  readonly line: MappingLine
  readonly file: string
}

/**
 * Lines are `PATTERN`, `PATTERN CONFIG`, `PATTERN PARAMETER VALUE` or `PATTERN PARAMETER VALUE CONFIG`;
 * blank ones and those that begin with # say nothing. A value is JSON, else text.
 */
export function readMapping(text: string): Result<readonly MappingLine[], string> {
  const lines: MappingLine[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().split(/\s+/)
    if (words[0] === '' || words[0]?.startsWith('#')) continue
    const read = lineOf(index + 1, words)
    if (read === null)
      return err(
        `line ${index + 1} of the mapping has ${words.length} columns; a line has a pattern, a parameter, its value and at most a config file: ${line.trim().slice(0, 200)}`,
      )
    lines.push(read)
  }
  return ok(lines)
}

function lineOf(number: number, [pattern = '', ...rest]: readonly string[]): MappingLine | null {
  const [first, second, third] = rest
  if (rest.length > 3) return null
  if (first === undefined) return { number, pattern, parameter: null, config: null }
  if (second === undefined) return { number, pattern, parameter: null, config: first }
  const parameter = { name: first, value: valueOf(second) }
  return { number, pattern, parameter, config: third ?? null }
}

/** `true`, `7` and `"text"` are what JSON says; anything else is a text as it stands. */
function valueOf(word: string): Scalar {
  try {
    const value: unknown = JSON.parse(word)
    return isScalar(value) ? value : word
  } catch {
    return word
  }
}

/** A pause in between, so that others get their turn. */
type Rest = () => Promise<void>
const matchesAtATime = 1000

/**
 * The lines that one of the files matches as a whole, in their order. A file that matches a pattern of
 * `excluded` counts for none. A problem names the pattern that cannot be matched.
 */
export async function matchesOf(
  { lines, excluded }: { lines: readonly MappingLine[]; excluded: readonly string[] },
  files: readonly string[],
  { regex, rest }: { readonly regex: Regex; readonly rest: Rest },
): Promise<Result<readonly Match[], string>> {
  const matcher = matcherOf(regex, rest)
  try {
    const counting: string[] = []
    for (const file of files) if (!(await matcher.some(excluded, file))) counting.push(file)
    const matches: Match[] = []
    for (const line of lines) {
      const file = await matcher.first(line.pattern, counting)
      if (file !== null) matches.push({ line, file })
    }
    return ok(matches)
  } catch (error) {
    if (error instanceof BadPattern) return err(error.message)
    throw error
  }
}

class BadPattern extends Error {}

function matcherOf(regex: Regex, rest: Rest) {
  let asked = 0
  const matches = async (pattern: string, file: string): Promise<boolean> => {
    asked += 1
    if (asked % matchesAtATime === 0) await rest()
    const answer = regex.fullMatch(pythonPattern(pattern), file)
    if (answer.kind === 'invalid')
      throw new BadPattern(`the pattern ${pattern} cannot be matched: ${answer.message}`)
    if (answer.kind === 'too-slow')
      throw new BadPattern(`the pattern ${pattern} takes too long to match ${file}`)
    return answer.kind === 'yes'
  }
  return {
    some: async (patterns: readonly string[], file: string): Promise<boolean> => {
      for (const pattern of patterns) if (await matches(pattern, file)) return true
      return false
    },
    first: async (pattern: string, files: readonly string[]): Promise<string | null> => {
      for (const file of files) if (await matches(pattern, file)) return file
      return null
    },
  }
}

/** What the matching lines come to: of two that set one parameter the later one counts. */
export function outcomeOf(matches: readonly Match[], configPath: string) {
  const parameters = matches.flatMap(({ line }) => line.parameter ?? [])
  const configs = new Set(matches.flatMap(({ line }) => line.config ?? []))
  return {
    parameters: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
    configs: configs.size > 0 ? [...configs] : [configPath],
  }
}
