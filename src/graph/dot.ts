import { type Arrow, identified, type Named } from './ids.ts'
import { condition, details, oneLine } from './words.ts'
import type { GraphJob, GraphWorkflow } from './workflow.ts'

/** A Graphviz digraph with a cluster a workflow. */
export const dot = (workflows: readonly GraphWorkflow[]): string =>
  [
    'digraph {',
    '  rankdir=LR',
    '  node [fontname="sans-serif", fontsize=12]',
    '  edge [fontname="sans-serif", fontsize=10]',
    ...workflows.flatMap(cluster),
    '}',
  ].join('\n')

function cluster(workflow: GraphWorkflow, index: number): readonly string[] {
  const { named, arrows } = identified(workflow, index)
  return [
    `  subgraph cluster_${index} {`,
    `    label="${escaped(workflow.name)}"`,
    ...named.map((one) => `    ${node(one)}`),
    ...arrows.map((arrow) => `    ${edge(arrow)}`),
    '  }',
  ]
}

/** A shape for each type of job, so that colour is not needed to tell them apart. */
const shapes: Readonly<Record<GraphJob['type'], string>> = {
  build: 'box',
  approval: 'hexagon',
  'no-op': 'oval',
  release: 'cds',
  lock: 'house',
  unlock: 'invhouse',
  orb: 'component',
}

function node({ id, job }: Named): string {
  const label = [job.name, details(job).join(' · ')].filter(Boolean).map(escaped).join('\\n')
  return `${id} [shape=${shapes[job.type]}, label="${label}"]`
}

function edge({ from, to, requirement }: Arrow): string {
  const how = condition(requirement)
  return `${from} -> ${to}${how === null ? '' : ` [label="${escaped(how)}", style=dashed]`}`
}

/** Graphviz reads backslashes and HTML entities inside quotes. */
const escaped = (text: string): string =>
  oneLine(text).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"')
