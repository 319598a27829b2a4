import { type Arrow, identified, type Named } from './ids.ts'
import { condition, details, oneLine } from './words.ts'
import type { GraphJob, GraphWorkflow } from './workflow.ts'

/** A Mermaid flowchart with a subgraph a workflow. */
export const mermaid = (workflows: readonly GraphWorkflow[]): string =>
  ['flowchart LR', ...workflows.flatMap(subgraph)].join('\n')

function subgraph(workflow: GraphWorkflow, index: number): readonly string[] {
  const { named, arrows } = identified(workflow, index)
  return [
    `  subgraph w${index}["${escaped(workflow.name)}"]`,
    '    direction LR',
    ...named.map((one) => `    ${node(one)}`),
    ...arrows.map((arrow) => `    ${link(arrow)}`),
    '  end',
  ]
}

/** A shape for each type of job, so that colour is not needed to tell them apart. */
const shapes: Readonly<Record<GraphJob['type'], readonly [string, string]>> = {
  build: ['[', ']'],
  approval: ['{{', '}}'],
  'no-op': ['([', '])'],
  release: ['>', ']'],
  lock: ['[/', '/]'],
  unlock: ['[\\', '\\]'],
  orb: ['[[', ']]'],
}

function node({ id, job }: Named): string {
  const [open, close] = shapes[job.type]
  const below = details(job).join(' · ')
  const label = escaped(job.name) + (below === '' ? '' : `<br/>${escaped(below)}`)
  return `${id}${open}"${label}"${close}`
}

function link({ from, to, requirement }: Arrow): string {
  const how = condition(requirement)
  return how === null ? `${from} --> ${to}` : `${from} -->|"${escaped(how)}"| ${to}`
}

/**
 * Everything but letters, digits and spaces becomes an entity code: Mermaid reads labels as Markdown (a
 * name such as `1. build` would be a list), as HTML, and as its own syntax. The marks that names are made
 * of stay readable where they stand inside a word, which is where they mean nothing to it.
 */
const escaped = (text: string): string =>
  oneLine(text).replaceAll(
    /(?<=[\p{L}\p{N}])([-_./])(?=[\p{L}\p{N}])|[^\p{L}\p{N}\p{M} ×·]/gu,
    (char, inside?: string) => inside ?? `#${char.codePointAt(0)};`,
  )
