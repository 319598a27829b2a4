import type { ScalarNode } from '../read/located.ts'
import { piecesOf } from './sections.ts'
import { partsOf } from './tags.ts'

/** How templates stand in a text that may be an expression. */
export type Mixture =
  /** No templates at all. */
  | { readonly kind: 'plain' }
  /** One tag and nothing else, sections, or tags that are wrong in themselves. */
  | { readonly kind: 'template' }
  /** Tags beside other text; `rewritten` is what was probably meant. */
  | { readonly kind: 'mixed'; readonly rewritten: string }

export function mixtureOf({ text, templated }: ScalarNode): Mixture {
  if (!templated) return { kind: 'plain' }
  const parts = partsOf(text, false, ignore)
  const pieces = parts && piecesOf(parts, ignore)
  if (pieces === null) return { kind: 'template' }
  const said = pieces.filter((piece) => piece.kind !== 'text' || piece.text.trim() !== '')
  if (said.every(({ kind }) => kind === 'text')) return { kind: 'plain' }
  const hasSection = said.some(({ kind }) => kind === 'section')
  if (said.length === 1 || hasSection) return { kind: 'template' }
  const bare = pieces.map((piece) => {
    if (piece.kind === 'text') return piece.text
    const { content } = piece.tag
    return /\s/.test(content) ? `(${content})` : content
  })
  return { kind: 'mixed', rewritten: bare.join('').replaceAll(/\s+/g, ' ').trim() }
}

const ignore = () => undefined
