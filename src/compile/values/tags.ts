import { quoted } from '../read/quoted.ts'
import type { Complain, Range } from './complain.ts'
import { heredocHint, isHereDocument } from './here-document.ts'

/** What a text is made of. */
export type Part = { readonly kind: 'text'; readonly text: string } | Tag

export interface Tag {
  readonly kind: 'tag'
  /** `#` and `^` open a section, `/` closes it; empty: the tag stands for a value. */
  readonly sigil: '' | '#' | '^' | '/'
  /** What is asked for, without the spaces around it. */
  readonly content: string
  /** Where `content` begins in the text. */
  readonly offset: number
  /** From `<<` to behind `>>`. */
  readonly range: Range
}

/**
 * Splits a text at its `<< tags >>`; `\<<` is a plain `<<`. Null when a tag is no tag; then that was
 * reported. `lenient`: what can only be the shell's own `<<` is text, since the scripts that orbs are
 * packed from are shell scripts first.
 */
export function partsOf(
  text: string,
  lenient: boolean,
  complain: Complain,
): readonly Part[] | null {
  const parts: Part[] = []
  let from = 0
  let end = 0
  for (let start = text.indexOf('<<'); start >= 0; start = text.indexOf('<<', from)) {
    // Looked for again only behind the last one, so that a text is walked through once.
    if (end >= 0 && end < start + 2) end = text.indexOf('>>', start + 2)
    const piece = pieceAt(text, start, end)
    if (piece.kind === 'escaped') parts.push(textPart(text.slice(from, start - 1)), textPart('<<'))
    else if (piece.kind === 'tag') parts.push(textPart(text.slice(from, start)), piece)
    else if (lenient && piece.kind === 'shell') parts.push(textPart(text.slice(from, start + 2)))
    else return wrong(text.slice(start, end < 0 ? undefined : end + 2), piece, start, complain)
    from = piece.kind === 'tag' ? end + 2 : start + 2
  }
  parts.push(textPart(text.slice(from)))
  return parts
}

const textPart = (text: string): Part => ({ kind: 'text', text })

/** `shell`: it can only be meant for the shell. */
type Piece = Tag | { readonly kind: 'escaped' | 'shell' | 'nested' }

function pieceAt(text: string, start: number, end: number): Piece {
  if (text[start - 1] === '\\') return { kind: 'escaped' }
  if (end < 0) return { kind: 'shell' }
  const inside = text.slice(start + 2, end)
  if (isHereDocument(inside)) return { kind: 'shell' }
  if (inside.includes('<<')) return { kind: 'nested' }
  const sigil = sigilOf(inside)
  const content = inside.slice(sigil.length).trim()
  const offset = text.indexOf(content, start + 2 + sigil.length)
  return { kind: 'tag', sigil, content, offset, range: { start, end: end + 2 } }
}

function sigilOf(inside: string): Tag['sigil'] {
  const [first] = inside
  return first === '#' || first === '^' || first === '/' ? first : ''
}

function wrong(tag: string, piece: Piece, start: number, complain: Complain): null {
  const range = { start, end: start + (tag.indexOf('\n') + 1 || tag.length + 1) - 1 }
  const shown = quoted(tag)
  if (!tag.endsWith('>>') || tag.length < 4)
    complain('unclosed-template', range, `the template ${shown} does not end with >>`, heredocHint)
  else if (piece.kind === 'nested')
    complain('nested-template', range, `templates cannot be nested, as in ${shown}`, nestedHint)
  else complain('bad-template', range, `${shown} is not a template`, heredocHint)
  return null
}

const nestedHint =
  'Inside << >> names are written as they are: << pipeline.git.branch == parameters.branch >>.'
