import { Scalar, visit, Document as YamlDocument } from 'yaml'
import type { Document } from './document.ts'

/**
 * A document as YAML that reads the same everywhere: block style, commands of several lines as literal
 * blocks, and quotes wherever some reader (of YAML 1.1 or 1.2) would see something else than a text.
 */
export function yamlOf(document: Document): string {
  const yaml = new YamlDocument(document, { aliasDuplicateObjects: false })
  visit(yaml, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string') node.type = styleOf(node.value)
    },
  })
  const options = {
    lineWidth: 0,
    blockQuote: 'literal',
    doubleQuotedMinMultiLineLength: 1e9,
  } as const
  return withEscapes(yaml.toString(options))
}

/** Everywhere but between double quotes these were kept out. */
const withEscapes = (text: string): string =>
  text.replaceAll(/[\x7F-\xA0\u2028\u2029\uFEFF\uFFFE\uFFFF]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })

function styleOf(text: string): Scalar.Type {
  if (isFragile(text)) return Scalar.QUOTE_DOUBLE
  if (text.includes('\n')) return Scalar.BLOCK_LITERAL
  return isAmbiguous(text) ? Scalar.QUOTE_DOUBLE : Scalar.PLAIN
}

/** Control characters and unusual spaces survive only as escapes; so do texts with blank ends. */
const isFragile = (text: string): boolean =>
  /[^\t\n\x20-\x7E\u00A1-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]|^\s|[ \t]$|\n\s*\n$/u.test(
    text,
  )

/** Numbers, dates, times, booleans and null of any version of YAML, and the merge key. */
const isAmbiguous = (text: string): boolean =>
  /^(?:y|n|yes|no|on|off|true|false|null|~|=|<<|)$/i.test(text) ||
  /^[-+]?(?:[\d.][\d._:,-]*(?:e[-+]?\d*)?|0[xob][\da-f_]+|\.inf|\.nan)$/i.test(text) ||
  /^\d{4}-\d\d?-\d\d?(?:[t\s].*)?$/i.test(text)
