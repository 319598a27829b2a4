import type { YAMLParseError } from 'yaml'
import type { Code } from '../codes.ts'
import type { Span } from './located.ts'

interface SyntaxProblem {
  readonly code: Code
  readonly span: Span
  readonly message: string
  readonly hint: string | null
}

/** What the YAML parser found, with the likely cause of its commonest complaints. */
export function syntaxProblem(error: YAMLParseError, text: string): SyntaxProblem {
  // What is missing at the end of the file is shown on its last line that says something.
  const last = text.trimEnd().length
  const start = Math.min(error.pos[0], last)
  const span = { start, end: Math.max(Math.min(error.pos[1], last), start + 1) }
  if (error.code === 'MULTIPLE_DOCS')
    return {
      code: 'yaml-documents',
      span,
      message: 'a second YAML document begins here',
      hint: null,
    }
  if (error.message.includes('call stack'))
    return { code: 'too-deep', span, message: 'values are nested too deeply', hint: null }
  const message = `this is not YAML: ${uncapitalised(error.message)}`
  return { code: 'yaml-syntax', span, message, hint: hints[error.code] ?? null }
}

const quote = 'Put the text in quotes: : # * & ! | > % @ ` { [ mean something to YAML.'
const hints: Readonly<Partial<Record<YAMLParseError['code'], string>>> = {
  TAB_AS_INDENT: 'YAML is indented with spaces only: replace the tab.',
  BAD_INDENT: 'Check the indentation of this line against the lines around it.',
  BLOCK_AS_IMPLICIT_KEY: `A colon may need quotes around the text. ${quote}`,
  BAD_SCALAR_START: quote,
  MULTILINE_IMPLICIT_KEY: 'A key must be on one line and end with a colon; is a colon missing?',
  MISSING_CHAR: 'A quote, bracket or colon is missing here or on a line above.',
  UNEXPECTED_TOKEN: 'Check the quotes and the indentation here.',
  BAD_DQ_ESCAPE: 'In double quotes, write a backslash as \\\\, or use single quotes.',
}

const uncapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
