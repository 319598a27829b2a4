import type { Node, Place, ScalarNode, Span } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import type { Report } from '../report.ts'
import { type Complain, complaining, partOf, shifted } from './complain.ts'
import { evaluateText } from './expression/evaluate.ts'
import { guardedComplain } from './guard.ts'
import { heredocHint } from './here-document.ts'
import { nodeOf, reportMissing } from './lookup.ts'
import { booleanNode, textNode, unknownNode } from './nodes.ts'
import { rendered } from './render.ts'
import type { Missing, Scope } from './scope.ts'
import { type Piece, piecesOf, type Section } from './sections.ts'
import { partsOf, type Tag } from './tags.ts'
import { verdictOf } from './truth.ts'

/**
 * One scalar without its templates. A text that is nothing but one tag becomes the value itself, with its
 * type; everywhere else values are written into the text. Unknown where some value is, or where something
 * was reported. What is filled in is data: it is not searched for templates again.
 */
export function fillText(node: ScalarNode, at: Place, scope: Scope, report: Report): Node {
  const placed = { text: node.text, at, source: scope.source }
  const complain = complaining(placed, report)
  const parts = partsOf(node.text, isLenient(node.span), complain)
  const pieces = parts && piecesOf(parts, complain)
  if (pieces === null) return unknownNode(node.span)
  const only = onlyTag(pieces)
  const filling = { scope, complain, text: node.text, span: node.span }
  if (only === null) return written(pieces, filling)
  // What is written nowhere else stands where its tag is.
  const { span } = partOf(placed, only.range)
  return substituted(valueOf(only, { ...filling, span }))
}

/** The scripts in a packed orb were not written for templates, and its users cannot change them. */
const isLenient = ({ origin }: Span): boolean => (origin?.text ?? null) !== null

interface Filling {
  readonly scope: Scope
  readonly complain: Complain
  readonly text: string
  /** Where values that are written nowhere are shown to stand. */
  readonly span: Span
}

function onlyTag(pieces: readonly Piece[]): Tag | null {
  const [only, ...others] = pieces.filter(
    (piece) => piece.kind !== 'text' || piece.text.trim() !== '',
  )
  return only?.kind === 'value' && others.length === 0 ? only.tag : null
}

/** Scalars remember that they came from a tag. Lists and maps stay where, and so what, they are. */
const substituted = (node: Node): Node =>
  node.kind === 'scalar' ? { ...node, templated: false, substituted: true } : node

/** The value that a tag asks for: of a name, or of an expression. */
function valueOf(tag: Tag, filling: Filling): Node {
  const { scope, complain, span } = filling
  const { content, offset } = tag
  // Names that are no identifiers can be asked for, so the whole text is tried as a name first.
  const found = scope.find(content)
  const evaluation = { scope, complain: hinting(shifted(complain, offset)), span }
  if (found.kind !== 'missing') return nodeOf(found, evaluation)
  if (!onlyName.test(content)) return evaluateText(content, evaluation)
  if (isAbsentSection(tag, found)) return booleanNode(false, span)
  reportMissing(content, found, { start: 0, end: content.length }, evaluation)
  return unknownNode(span)
}

/** What is no expression may have been meant for the shell. */
const hinting =
  (complain: Complain): Complain =>
  (code, range, message, hint = null) =>
    complain(code, range, message, hint ?? (code === 'bad-expression' ? heredocHint : null))

/** What begins like a name and cannot be an expression counts as a name as well. */
const onlyName =
  /^(?:(?:pipeline|parameters|matrix)\.[^\s()<>=!'"]+|(?!(?:true|false|not)$)[A-Za-z_][\w.-]*)$/

/** A section asks whether there is a value: the first push of a branch has no `base_revision`. */
const isAbsentSection = ({ sigil }: Tag, { code }: Missing): boolean =>
  sigil !== '' && code === 'value-absent'

/** Characters of one text. Far more than any command has; texts that double in every call end here. */
const longestText = 1024 * 1024

interface Writing {
  readonly chunks: string[]
  /** Characters so far. */
  size: number
  unknown: boolean
}

function written(pieces: readonly Piece[], filling: Filling): Node {
  const writing: Writing = { chunks: [], size: 0, unknown: false }
  writeAll(pieces, writing, filling)
  const fits = spend(writing, filling)
  if (writing.unknown || !fits) return unknownNode(filling.span)
  return textNode(writing.chunks.join(''), filling.span)
}

function writeAll(pieces: readonly Piece[], writing: Writing, filling: Filling): void {
  for (const piece of pieces) {
    if (piece.kind === 'text') write(piece.text, writing, filling)
    else if (piece.kind === 'section') writeSection(piece, writing, filling)
    else writeValue(piece.tag, writing, filling)
  }
}

function write(text: string, writing: Writing, filling: Filling): void {
  const before = writing.size
  writing.size += text.length
  const limit = Math.max(longestText, filling.text.length)
  if (writing.size <= limit) return void writing.chunks.push(text)
  writing.unknown = true
  if (before > limit) return
  const message = `with its templates filled in, this text has more than ${limit} characters`
  filling.complain('too-large-text', wholeOf(filling), message)
}

const wholeOf = ({ text }: Filling) => ({ start: 0, end: text.length })

function writeValue(tag: Tag, writing: Writing, filling: Filling): void {
  const node = valueOf(tag, filling)
  if (node.kind === 'scalar') return write(rendered(node), writing, filling)
  writing.unknown = true
  if (node.kind === 'unknown') return
  const message = `${quoted(`<< ${tag.content} >>`)} is a ${node.kind}: it cannot stand inside a text`
  filling.complain(
    'wrong-type',
    tag.range,
    message,
    'Use it as a whole value, with nothing around it.',
  )
}

/** Of a section that may turn out either way only what is wrong in any case is reported. */
function writeSection(
  { tag, inverted, pieces }: Section,
  writing: Writing,
  filling: Filling,
): void {
  const verdict = verdictOf(valueOf(tag, filling))
  if (verdict === 'unknown') {
    writing.unknown = true
    writeAll(pieces, writing, { ...filling, complain: guardedComplain(filling.complain) })
  } else if (verdict !== inverted) writeAll(pieces, writing, filling)
}

/** Takes what was written from the budget of the whole compilation. Reported when it runs out, once. */
function spend({ size }: Writing, filling: Filling): boolean {
  const { budget } = filling.scope
  if (budget === undefined) return true
  const before = budget.left
  budget.left -= size
  if (budget.left >= 0) return true
  const message = 'with all templates filled in, the config is larger than Sluice can handle'
  if (before >= 0) filling.complain('too-large-text', wholeOf(filling), message)
  return false
}
