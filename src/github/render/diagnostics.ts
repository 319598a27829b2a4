import type { Diagnostic } from '../../model/diagnostic.ts'
import { fitting } from './limits.ts'
import { code, sentence } from './markdown.ts'

/** Findings about the config as one list; or nothing. */
export function diagnosticLines(
  diagnostics: readonly Diagnostic[],
  bytes: number,
): readonly string[] {
  if (diagnostics.length === 0) return []
  return [fitting(diagnostics.map(line), bytes, (left) => `- … and ${left} more`).join('\n')]
}

function line({ severity, code: name, file, where, message, hint }: Diagnostic): string {
  const place = code(`${file}:${where.line}:${where.column}`)
  const advice = hint === null ? '' : ` Hint: ${sentence(hint, 500)}`
  return `- ${severity} ${code(name)} at ${place}: ${sentence(message, 500)}${advice}`
}
