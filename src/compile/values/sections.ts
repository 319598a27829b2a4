import { quoted } from '../read/quoted.ts'
import type { Complain } from './complain.ts'
import type { Part, Tag } from './tags.ts'

/** A text with its sections put together. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly tag: Tag }
  | Section

/** `<<# x >>…<</ x >>`: there if `x` is true; `inverted`, with `^`: there if it is not. */
export interface Section {
  readonly kind: 'section'
  readonly tag: Tag
  readonly inverted: boolean
  readonly pieces: readonly Piece[]
}

const deepest = 100

interface Open {
  readonly tag: Tag | null
  readonly pieces: Piece[]
}

/** Null when the tags of sections do not match; then that was reported. */
export function piecesOf(parts: readonly Part[], complain: Complain): readonly Piece[] | null {
  let current: Open = { tag: null, pieces: [] }
  const outer: Open[] = []
  for (const part of parts) {
    if (part.kind === 'text') {
      if (part.text !== '') current.pieces.push(part)
    } else if (part.sigil === '') current.pieces.push({ kind: 'value', tag: part })
    else if (part.sigil !== '/') {
      if (outer.length >= deepest) return tooDeep(part, complain)
      outer.push(current)
      current = { tag: part, pieces: [] }
    } else {
      const before = outer.pop()
      if (before === undefined || current.tag?.content !== part.content)
        return mismatch(current.tag, part, complain)
      before.pieces.push(sectionOf(current.tag, current.pieces))
      current = before
    }
  }
  return current.tag === null ? current.pieces : unclosed(current.tag, complain)
}

const sectionOf = (tag: Tag, pieces: readonly Piece[]): Section => ({
  kind: 'section',
  tag,
  inverted: tag.sigil === '^',
  pieces,
})

function unclosed({ sigil, content, range }: Tag, complain: Complain): null {
  const message = `the section ${quoted(`<<${sigil}${content}>>`)} is not closed`
  complain('bad-section', range, message, `Close it with <</${content}>>.`)
  return null
}

function mismatch(open: Tag | null, { content, range }: Tag, complain: Complain): null {
  const name = quoted(`<</${content}>>`)
  if (open === null) complain('bad-section', range, `${name} closes a section that was not opened`)
  else {
    const message = `${name} stands where the section ${quoted(open.content)} must be closed first`
    complain('bad-section', range, message, `Close it with <</${open.content}>>.`)
  }
  return null
}

function tooDeep({ range }: Tag, complain: Complain): null {
  complain('bad-section', range, `sections are nested more than ${deepest} deep`)
  return null
}
