import { err, ok, type Result } from '../../model/result.ts'

/** What the templates of a cache key can ask; a problem ends the sentence of an error. */
export interface KeyFacts {
  /** Values by name: `Branch`, `Revision`, `BuildNum`, `CheckoutKey`. */
  readonly values: Readonly<Record<string, string>>
  /** Variables of the job, without those that its shells made. */
  readonly environment: Readonly<Record<string, string>>
  /** Seconds since 1970. */
  readonly epoch: () => string
  /** E.g. `linux-amd64-6_158`. */
  readonly arch: () => Promise<Result<string, string>>
  /** SHA-256 of a file, as base64. */
  readonly checksum: (path: string) => Promise<Result<string, string>>
}

const longestKey = 900

/**
 * Fills the `{{ }}` templates of a key as Go's `text/template` would, as far as CircleCI documents them.
 * A key must not be empty, nor longer than 900 characters.
 */
export async function renderKey(
  template: string,
  facts: KeyFacts,
): Promise<Result<string, string>> {
  const pieces = piecesOf(template)
  if (!pieces.ok) return pieces
  const parts: string[] = []
  for (const piece of pieces.value) {
    const value = piece.kind === 'text' ? ok(piece.text) : await valueOf(piece.text, facts)
    if (!value.ok) return value
    parts.push(value.value)
  }
  return checked(parts.join(''))
}

function checked(key: string): Result<string, string> {
  if (key.trim() === '') return err('the key is empty')
  const { length } = Array.from(key)
  return length > longestKey
    ? err(`the key has ${length} characters; at most ${longestKey} are allowed`)
    : ok(key)
}

interface Piece {
  readonly kind: 'text' | 'action'
  readonly text: string
}

function piecesOf(template: string): Result<readonly Piece[], string> {
  const pieces: Piece[] = []
  let end = 0
  let trimNext = false
  for (let at = template.indexOf('{{'); at >= 0; at = template.indexOf('{{', end)) {
    const close = endOfAction(template, at + 2)
    if (close < 0) return err(`an action is not closed: ${excerpt(template.slice(at))}`)
    const inner = template.slice(at + 2, close)
    // As in Go, a dash and a space eat the space beside the action.
    const before = trimmed(template.slice(end, at), trimNext, /^-\s/.test(inner))
    const text = inner.replace(/^-(?=\s)/, '').replace(/(?<=\s)-$/, '')
    pieces.push({ kind: 'text', text: before }, { kind: 'action', text })
    trimNext = /\s-$/.test(inner)
    end = close + 2
  }
  pieces.push({ kind: 'text', text: trimmed(template.slice(end), trimNext, false) })
  return ok(pieces)
}

function trimmed(text: string, atStart: boolean, atEnd: boolean): string {
  const from = atStart ? text.trimStart() : text
  return atEnd ? from.trimEnd() : from
}

/** Where the braces are that close an action; quoted texts and comments may hold some. -1: nowhere. */
function endOfAction(template: string, from: number): number {
  let at = from
  while (at >= 0 && at < template.length && !template.startsWith('}}', at))
    at = afterPart(template, at)
  return at < template.length ? at : -1
}

function afterPart(template: string, at: number): number {
  const after = (end: string): number => {
    const found = template.indexOf(end, at + end.length)
    return found < 0 ? -1 : found + end.length
  }
  if (template.startsWith('/*', at)) return after('*/')
  if (template[at] === '`') return after('`')
  return template[at] === '"' ? afterQuoted(template, at + 1) : at + 1
}

function afterQuoted(template: string, from: number): number {
  for (let at = from; at < template.length; at++) {
    if (template[at] === '"') return at + 1
    if (template[at] === '\\') at++
  }
  return -1
}

async function valueOf(source: string, facts: KeyFacts): Promise<Result<string, string>> {
  const text = source.trim()
  if (/^\/\*[^]*\*\/$/.test(text)) return ok('')
  if (text.startsWith('.')) return fieldOf(text, facts)
  const [, name = '', rest = ''] = /^([A-Za-z_]\w*)\s*([^]*)$/.exec(text) ?? []
  if (name === 'epoch' && rest === '') return ok(facts.epoch())
  if (name === 'arch' && rest === '') return facts.arch()
  if (name === 'checksum') return checksum(rest, facts)
  if (name === '' || name === 'epoch' || name === 'arch')
    return err(`{{ ${excerpt(text)} }} is not understood`)
  return err(`function ${JSON.stringify(excerpt(name))} is not defined; ${known}`)
}

const known =
  'there are .Branch, .Revision, .BuildNum, .CheckoutKey, .Environment.NAME, checksum "FILE", epoch and arch'

function fieldOf(text: string, { values, environment }: KeyFacts): Result<string, string> {
  const variable = /^\.Environment\.([A-Za-z_]\w*)$/.exec(text)?.[1]
  // What Go prints for a key that a map lacks, and so what CircleCI's keys hold.
  if (variable !== undefined) return ok(own(environment, variable) ?? '<no value>')
  const value = own(values, text.slice(1))
  return value === undefined ? err(`${excerpt(text)} is not known; ${known}`) : ok(value)
}

const own = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined

async function checksum(rest: string, facts: KeyFacts): Promise<Result<string, string>> {
  const path = unquoted(rest)
  if (path === null) return err(`checksum takes one file in quotes, not ${excerpt(rest) || 'none'}`)
  const sum = await facts.checksum(path)
  return sum.ok ? sum : err(`checksum ${JSON.stringify(path)}: ${sum.problem}`)
}

function unquoted(text: string): string | null {
  if (/^`[^`]*`$/.test(text)) return text.slice(1, -1)
  if (!/^"(?:[^"\\\n]|\\.)*"$/.test(text)) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}

const excerpt = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text)
