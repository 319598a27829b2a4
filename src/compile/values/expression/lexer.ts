import { quoted } from '../../read/quoted.ts'
import type { Complain, Range } from '../complain.ts'
import { environmentHint } from './environment.ts'

export interface Token {
  readonly kind: 'name' | 'word' | 'string' | 'integer' | 'regex' | 'symbol' | 'end'
  /** Of a string or a regular expression: what stands between its delimiters, escapes resolved. */
  readonly text: string
  readonly range: Range
}

const words: ReadonlySet<string> = new Set('or and not true false starts-with matches'.split(' '))

const space = /[\s]+/y
const name = /[A-Za-z_][\w.-]*/y
const integer = /\d+/y
const symbol = /==|!=|>=|<=|[><!()]/y
const string = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y
const regex = /\/(?:[^/\\]|\\[^])*\//y

/** The tokens of an expression, the last of kind `end`. Null when it has none; then that was reported. */
export function tokensOf(text: string, complain: Complain): readonly Token[] | null {
  const tokens: Token[] = []
  let at = text.length - text.trimStart().length
  while (at < text.length) {
    const token = tokenAt(text, at, tokens.at(-1)?.text === 'matches')
    if (token === null) return unexpected(text, at, complain)
    if (isMisspeltName(token)) return misspelt(token, complain)
    tokens.push(token)
    at = token.range.end + (lengthAt(space, text, token.range.end) ?? 0)
  }
  tokens.push({ kind: 'end', text: '', range: { start: text.trimEnd().length, end: text.length } })
  return tokens
}

function tokenAt(text: string, start: number, regexHere: boolean): Token | null {
  const make = (kind: Token['kind'], pattern: RegExp, read = asItIs): Token | null => {
    const length = lengthAt(pattern, text, start)
    if (length === null) return null
    const end = start + length
    return { kind, text: read(text.slice(start, end)), range: { start, end } }
  }
  const named = make('name', name)
  if (named !== null) return words.has(named.text) ? { ...named, kind: 'word' } : named
  if (regexHere && text[start] === '/') return make('regex', regex, regexSource)
  return make('integer', integer) ?? make('string', string, stringValue) ?? make('symbol', symbol)
}

function lengthAt(pattern: RegExp, text: string, start: number): number | null {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex - start : null
}

const asItIs = (source: string): string => source
const stringValue = (source: string): string => source.slice(1, -1).replaceAll(/\\(["'\\])/g, '$1')
/** `\/` stays: it means a slash to the matcher as well. */
const regexSource = (source: string): string => source.slice(1, -1)

/** Letters, digits, `-`, `_` and single dots make a name. */
const isMisspeltName = ({ kind, text }: Token): boolean =>
  kind === 'name' && (text.includes('..') || text.endsWith('.'))

function misspelt({ text, range }: Token, complain: Complain): null {
  const hint = 'A name has single dots, between its parts.'
  complain('bad-expression', range, `${quoted(text)} is not a name`, hint)
  return null
}

const unterminated: Readonly<Record<string, string>> = {
  '"': 'the text that begins here has no closing "',
  "'": "the text that begins here has no closing '",
}

function unexpected(text: string, start: number, complain: Complain): null {
  const char = String.fromCodePoint(text.codePointAt(start) ?? 0)
  const missing = unterminated[char]
  const rest = text.slice(start)
  if (missing !== undefined)
    complain('bad-expression', { start, end: text.length }, `unterminated string: ${missing}`)
  else if (/^\$\{?[A-Za-z_]/.test(rest)) environmentVariable(rest, start, complain)
  else {
    const range = { start, end: start + char.length }
    complain('bad-expression', range, `unexpected character ${quoted(char)}`, hintFor(rest))
  }
  return null
}

function environmentVariable(rest: string, start: number, complain: Complain): void {
  const [shown = '', variable = ''] = /^\$\{?(\w+)\}?/.exec(rest) ?? []
  const message = `${shown} is an environment variable: it has no value yet when a config is compiled`
  const range = { start, end: start + shown.length }
  complain('environment-in-expression', range, message, environmentHint(variable))
}

function hintFor(rest: string): string | null {
  if (rest.startsWith('&&')) return 'Write `and`.'
  if (rest.startsWith('||')) return 'Write `or`.'
  if (rest.startsWith('=')) return 'Values are compared with `==`.'
  if (/^-\d/.test(rest)) return 'There are no negative numbers in expressions.'
  if (rest.startsWith('/'))
    return 'A regular expression between slashes can only stand after `matches`.'
  return null
}
