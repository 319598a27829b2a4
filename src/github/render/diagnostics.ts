import type { Diagnostic } from '../../model/diagnostic.ts'
import type { PipelineRun } from '../../model/run.ts'
import { configPage } from './config-page.ts'
import type { RenderOptions } from './desired.ts'
import { fitting } from './limits.ts'
import { code, sentence } from './markdown.ts'

type Compiled = Extract<PipelineRun, { readonly diagnostics: readonly Diagnostic[] }>

/** Findings about the config as one list, errors first, each with a link to its line; or nothing. */
export function diagnosticLines(
  pipeline: Compiled,
  options: RenderOptions,
  bytes: number,
): readonly string[] {
  if (pipeline.diagnostics.length === 0) return []
  const page = configPage(pipeline, options)
  const errorsFirst = pipeline.diagnostics.toSorted((a, b) => rank(a) - rank(b))
  const lines = errorsFirst.map((one) => line(one, one.file === options.configPath ? page : null))
  return [fitting(lines, bytes, (left) => `- … and ${left} more`).join('\n')]
}

const rank = ({ severity }: Diagnostic): number => (severity === 'error' ? 0 : 1)

function line(
  { severity, code: name, file, where, message, hint }: Diagnostic,
  page: string | null,
): string {
  const spot = code(`${file}:${where.line}:${where.column}`)
  const place = page === null ? spot : `[${spot}](${page}#L${where.line})`
  const advice = hint === null ? '' : `. Hint: ${sentence(hint, 500)}`
  return `- ${severity} ${code(name)} at ${place}: ${sentence(message, 500)}${advice}`
}
