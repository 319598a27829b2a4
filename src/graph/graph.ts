/** The jobs of a workflow as a picture: what is drawn, and the forms in which it can be drawn. */
import { dot } from './dot.ts'
import type { GraphFormat } from './formats.ts'
import { json } from './json.ts'
import { mermaid } from './mermaid.ts'
import { svg } from './svg.ts'
import type { GraphWorkflow } from './workflow.ts'

const drawings: Readonly<Record<GraphFormat, (workflows: readonly GraphWorkflow[]) => string>> = {
  svg,
  mermaid,
  dot,
  json,
}

/** All workflows as one document of that format, in their order. The same input gives the same text. */
export const draw = (format: GraphFormat, workflows: readonly GraphWorkflow[]): string =>
  drawings[format](workflows)
