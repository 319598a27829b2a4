import type { Diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import { cutBytes, plainText } from '../text.ts'
import type { Annotation } from './desired.ts'

/** More would take many requests and help nobody; the summary says how many there are. */
const annotationsAtMost = 200

/**
 * Diagnostics on the lines of the config. GitHub only ever adds annotations to a check, so those of
 * older pipelines come first and the list grows at its end.
 */
export function annotationsOf(diagnostics: readonly Diagnostic[]): readonly Annotation[] {
  const all = new Map(diagnostics.map((one) => [JSON.stringify(one), one]))
  return [...all.values()].slice(0, annotationsAtMost).map(annotation)
}

function annotation(diagnostic: Diagnostic): Annotation {
  const { line, column, endLine, endColumn } = diagnostic.where
  // Our end is exclusive, GitHub's is not.
  const last = Math.max(line, endColumn <= 1 ? endLine - 1 : endLine)
  const columns = last === line && endLine === line
  return {
    path: diagnostic.file.replace(/^(?:\.?\/)+/, ''),
    start_line: line,
    end_line: last,
    ...(columns && { start_column: column, end_column: Math.max(column, endColumn - 1) }),
    annotation_level: level(diagnostic.severity),
    title: plainText(diagnostic.code, 255),
    message: cutBytes(
      messageOf(diagnostic)
        .toWellFormed()
        .replaceAll(/[^\P{Cc}\n\t]/gu, ' '),
      8000,
    ),
  }
}

const messageOf = ({ message, hint }: Diagnostic): string =>
  hint === null ? message : `${message}\nhint: ${hint}`

function level(severity: Diagnostic['severity']): Annotation['annotation_level'] {
  switch (severity) {
    case 'error':
      return 'failure'
    case 'warning':
      return 'warning'
    case 'hint':
    case 'info':
      return 'notice'
    default:
      return unreachable(severity)
  }
}
