import { isScalar } from 'yaml'
import type { Report } from '../report.ts'
import { at } from './building.ts'
import type { Node, Origin } from './located.ts'
import { nodesOf } from './nodes.ts'
import { hasNbspKey, limits, type ParsedDocument, parse } from './parse.ts'
import { syntaxProblem } from './syntax.ts'
import { firstNbspIndentation, hasNbspIndentation, withPlainIndentation } from './text.ts'

/**
 * Pass 1: text → located values. `text` is normalised; `origin` says which orb it is, if it is one. Null when there is nothing to go on with;
 * then at least one error was reported.
 */
export function read(text: string, report: Report, origin: Origin | null = null): Node | null {
  if (text.length > limits.characters) {
    const message = `the file has ${text.length} characters; at most ${limits.characters} are read`
    report('too-large', at({ start: 0, end: 0 }), message)
    return null
  }
  const document = documentOf(text, report)
  if (document !== null && isEmpty(document)) {
    report('empty-config', at({ start: 0, end: 0 }), 'the config is empty', emptyHint)
    return null
  }
  return document && nodesOf(document.contents, report, origin)
}

const emptyHint = 'Begin with `version: 2.1` and `jobs:`.'

const isEmpty = ({ contents }: ParsedDocument): boolean =>
  contents === null || (isScalar(contents) && contents.source === '')

function documentOf(text: string, report: Report): ParsedDocument | null {
  const document = onlyDocument(text, report)
  if (document === null || !hasNbspIndentation(text)) return accepted(document, text, report)
  if (document.errors.length === 0 && !hasNbspKey(document)) return document
  const start = firstNbspIndentation(text)
  report(
    'nbsp-indentation',
    at({ start, end: start + 1 }),
    'lines are indented with non-breaking spaces (U+00A0); they are read as ordinary spaces',
    'Text copied from a web page has them. Replace them: CircleCI and other tools refuse them.',
  )
  return accepted(onlyDocument(withPlainIndentation(text), report), text, report)
}

/** After its first complaints a parser has lost its footing and complains about what is right. */
const syntaxErrorLimit = 3

function accepted(
  document: ParsedDocument | null,
  text: string,
  report: Report,
): ParsedDocument | null {
  for (const error of document?.errors.slice(0, syntaxErrorLimit) ?? []) {
    const { code, span, message, hint } = syntaxProblem(error, text)
    report(code, at(span), message, hint)
  }
  return document !== null && document.errors.length === 0 ? document : null
}

function onlyDocument(text: string, report: Report): ParsedDocument | null {
  const parsed = parse(text)
  if (parsed.kind === 'too-many-tokens') {
    const message = `the file has more than ${limits.tokens} YAML tokens`
    report('too-large', at({ start: 0, end: 0 }), message)
    return null
  }
  if (parsed.kind === 'too-deep') {
    const message = `values are nested more than ${limits.depth} levels deep`
    report('too-deep', at({ start: parsed.offset, end: parsed.offset + 1 }), message)
    return null
  }
  return firstOf(parsed.documents, report)
}

function firstOf(documents: readonly ParsedDocument[], report: Report): ParsedDocument | null {
  const [first, second] = documents
  if (second !== undefined) {
    const start = second.range[0]
    const message = 'the file holds more than one YAML document; a config is one'
    report('yaml-documents', at({ start, end: start + 1 }), message, 'Remove the `---` line.')
  }
  return first ?? null
}
