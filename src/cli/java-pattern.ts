/** A Java pattern as JavaScript source for the flag `u`, or why that cannot be. */
export type Translated =
  | { readonly kind: 'translated'; readonly source: string }
  | { readonly kind: 'untranslatable'; readonly message: string }

/**
 * Translates a regular expression from Java's dialect, which configs are written in, so that it means the
 * same here. What JavaScript has no match for is refused by name rather than matched as something else.
 */
export function fromJava(pattern: string): Translated {
  const scan: Scan = { pattern, at: 0, out: [], close: '' }
  try {
    leadingFlags(scan)
    while (scan.at < pattern.length) outside(scan)
    return { kind: 'translated', source: scan.out.join('') + scan.close }
  } catch (problem) {
    if (problem instanceof Untranslatable)
      return { kind: 'untranslatable', message: problem.message }
    throw problem
  }
}

class Untranslatable extends Error {}

interface Scan {
  readonly pattern: string
  /** Index of the next character to read. */
  at: number
  readonly out: string[]
  /** What ends the group that leading flags opened. */
  close: string
}

function refuse(message: string): never {
  throw new Untranslatable(message)
}

/** Takes what `sticky` (a regular expression with the flag y) finds at the current place. */
function take(scan: Scan, sticky: RegExp): RegExpExecArray | null {
  sticky.lastIndex = scan.at
  const match = sticky.exec(scan.pattern)
  if (match !== null) scan.at += match[0].length
  return match
}

/** `(?i)` and the like hold for all that follows; JavaScript knows them for a group only. */
function leadingFlags(scan: Scan): void {
  const flags = take(scan, /\(\?([ims]+)\)/y)?.[1]
  if (flags === undefined) return
  scan.out.push(`(?${[...new Set(flags)].join('')}:`)
  scan.close = ')'
}

function outside(scan: Scan): void {
  if (take(scan, /\[/y)) return (scan.out.push('['), inside(scan))
  if (scan.pattern[scan.at] === '\\') return escape(scan, false)
  if (take(scan, /\(\?>/y)) return refuse('atomic groups (?>…) are not supported')
  const flags = take(scan, /\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?[):]/y)
  if (flags !== null) return groupFlags(scan, flags[0])
  const quantifier = take(scan, /(?:[*+?]|\{\d+(?:,\d*)?\})([?+])?/y)
  if (quantifier?.[1] === '+')
    return refuse(`the possessive quantifier ${quantifier[0]} is not supported`)
  if (quantifier !== null) return void scan.out.push(quantifier[0])
  const literal = take(scan, /[\]}]/y)
  scan.out.push(literal === null ? nextCharacter(scan) : `\\${literal[0]}`)
}

function groupFlags(scan: Scan, group: string): void {
  if (group.endsWith(')')) refuse(`flags such as ${group} are supported at the beginning only`)
  if (!/^\(\?[ims]*(?:-[ims]+)?:$/.test(group)) refuse(`the flag in ${group} is not supported`)
  scan.out.push(group)
}

const nextCharacter = (scan: Scan): string => take(scan, /[\s\S]/uy)?.[0] ?? ''

/** A class in brackets. Java nests and intersects them; JavaScript does not. */
function inside(scan: Scan): void {
  if (take(scan, /\^/y)) scan.out.push('^')
  // A bracket that closes at once is, in Java, a literal one.
  if (take(scan, /\]/y)) scan.out.push('\\]')
  while (!take(scan, /\]/y)) {
    if (scan.at >= scan.pattern.length) refuse('a [ has no ]')
    if (take(scan, /\[/y)) refuse('a class inside a class, as in [a[b]], is not supported')
    if (take(scan, /&&/y)) refuse('the intersection of classes (&&) is not supported')
    classItem(scan)
  }
  scan.out.push(']')
}

function classItem(scan: Scan): void {
  const dash = take(scan, /-(?=\])|-(?=\\[dwshvDWSHVp])/y) ?? dashAfterClass(scan)
  if (dash !== null) return void scan.out.push('\\-')
  if (scan.pattern[scan.at] === '\\') return escape(scan, true)
  scan.out.push(nextCharacter(scan))
}

/** A dash behind `\d` cannot begin a range: it is a dash. */
const dashAfterClass = (scan: Scan): RegExpExecArray | null =>
  /^\\[dwsDWSp]/.test(scan.out.at(-1) ?? '') ? take(scan, /-/y) : null

/** What Java writes otherwise than JavaScript; each for outside and inside a class. */
const spaces = ' \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000'
const breaks = '\\n\\x0B\\f\\r\\x85\\u2028\\u2029'
const classes: Readonly<Record<string, string>> = {
  h: spaces,
  v: breaks,
  s: ' \\t\\n\\x0B\\f\\r',
  'p{Lower}': 'a-z',
  'p{Upper}': 'A-Z',
  'p{Alpha}': 'a-zA-Z',
  'p{Digit}': '0-9',
  'p{Alnum}': 'a-zA-Z0-9',
  'p{Punct}': '!-\\/:-@\\[-`\\{-~',
  'p{XDigit}': '0-9a-fA-F',
  'p{Space}': ' \\t\\n\\x0B\\f\\r',
  'p{Blank}': ' \\t',
  'p{ASCII}': '\\x00-\\x7F',
}
const anchors: Readonly<Record<string, string>> = { A: '^', z: '$', Z: '$', b: '\\b', B: '\\B' }
const controls: Readonly<Record<string, string>> = { a: '\\x07', e: '\\x1B' }

function escape(scan: Scan, inClass: boolean): void {
  const quotedText = take(scan, /\\Q([\s\S]*?)(?:\\E|$)/y)
  if (quotedText !== null)
    return void scan.out.push(
      (quotedText[1] ?? '').replaceAll(/[\\^$.|?*+()[\]{}/-]/g, escapeOf(inClass)),
    )
  const escaped = take(scan, escapePattern)
  if (escaped === null) return refuse('it ends in a backslash')
  scan.out.push(translatedEscape(escaped[0].slice(1), inClass))
}

const escapePattern =
  /\\(?:[pP]\{[^}]*\}|[pP][A-Z]|x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|0[0-7]{1,3}|c[A-Za-z]|k<[A-Za-z][A-Za-z0-9]*>|[\s\S])/uy

const escapeOf = (inClass: boolean) => (char: string) =>
  char === '-' && !inClass ? '-' : `\\${char}`

function translatedEscape(name: string, inClass: boolean): string {
  const simple = classes[name]
  if (simple !== undefined) return inClass ? simple : `[${simple}]`
  const negated = classes[`${name.charAt(0).toLowerCase()}${name.slice(1)}`]
  if (negated !== undefined && /^[HVSP]/.test(name))
    return inClass ? refuse(`\\${name} inside a class is not supported`) : `[^${negated}]`
  if (!inClass && anchors[name] !== undefined) return anchors[name]
  if (controls[name] !== undefined) return controls[name]
  return otherEscape(name, inClass)
}

function otherEscape(name: string, inClass: boolean): string {
  if (/^[pP]/.test(name)) return property(name)
  if (/^[dDwWtnrf]$|^[xuck]./.test(name)) return `\\${name.replace(/^x\{/, 'u{')}`
  if (name.startsWith('0')) return `\\x${Number.parseInt(name, 8).toString(16).padStart(2, '0')}`
  if (/^[1-9]$/.test(name) && !inClass) return `\\${name}`
  if (/^[A-Za-z0-9]$/.test(name)) refuse(`\\${name} is not supported`)
  return /[\\^$.|?*+()[\]{}/]/.test(name) || (name === '-' && inClass) ? `\\${name}` : name
}

/** Java's `\p{L}`, `\pL` and `\p{IsAlphabetic}` as JavaScript writes them. */
function property(name: string): string {
  const inner = name.slice(1).replace(/^\{(?:Is)?([^}]*)\}$/, '$1')
  const source = `\\${name.charAt(0)}{${inner}}`
  return isPattern(source) ? source : refuse(`\\${name} is not supported`)
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp
  } catch {
    return false
  }
}
