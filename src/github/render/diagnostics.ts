import type { Diagnostic } from '../../model/diagnostic.ts'
import type { PipelineRun } from '../../model/run.ts'
import { configPage } from './config-page.ts'
import type { RenderOptions } from './desired.ts'
import { fitting } from './limits.ts'
import { code, sentence } from './markdown.ts'

type Compiled = Extract<PipelineRun, { readonly diagnostics: readonly Diagnostic[] }>

/**
 * Findings about the config as one list, errors first, each told once with links to the lines where it
 * was found; or nothing.
 */
export function diagnosticLines(
  pipeline: Compiled,
  options: RenderOptions,
  bytes: number,
): readonly string[] {
  if (pipeline.diagnostics.length === 0) return []
  const page = configPage(pipeline, options)
  const errorsFirst = pipeline.diagnostics.toSorted((a, b) => rank(a) - rank(b))
  const lines = [...Map.groupBy(errorsFirst, likeness).values()].map((alike) =>
    line(alike, (one) => place(one, one.file === options.configPath ? page : null)),
  )
  return [fitting(lines, bytes, (left) => `- … and ${left} more`).join('\n')]
}

const rank = ({ severity }: Diagnostic): number => (severity === 'error' ? 0 : 1)

const likeness = ({ severity, code: name, file, message, hint }: Diagnostic): string =>
  JSON.stringify([severity, name, file, message, hint])

/** So many places of one finding are enough to find the others. */
const placesShown = 5

function line(alike: readonly Diagnostic[], placeOf: (one: Diagnostic) => string): string {
  const [first] = alike
  if (!first) return ''
  const { severity, code: name, message, hint } = first
  const places = alike.slice(0, placesShown).map(placeOf).join(', ')
  const left = alike.length - placesShown
  const more = left > 0 ? ` and ${left} more` : ''
  const advice = hint === null ? '' : `. Hint: ${sentence(hint, 500)}`
  return `- ${severity} ${code(name)} at ${places}${more}: ${sentence(message, 500)}${advice}`
}

function place({ file, where }: Diagnostic, page: string | null): string {
  const spot = code(`${file}:${where.line}:${where.column}`)
  return page === null ? spot : `[${spot}](${page}#L${where.line})`
}
