import { type Layout, layout } from './layout.ts'
import { drawJob, sizeOf, text } from './svg/job.ts'
import { drawEnd, drawLabel, drawLine, labelOf } from './svg/line.ts'
import { px } from './svg/shapes.ts'
import { style } from './svg/style.ts'
import { escaped, widthOf } from './svg/text.ts'
import { condition, oneLine, sentence } from './words.ts'
import type { GraphWorkflow } from './workflow.ts'

const margin = 20
const titleHeight = 32
const titleSize = 15
const between = 28

/** One picture that needs nothing else, the workflows below each other; no scripts, and all text escaped. */
export function svg(workflows: readonly GraphWorkflow[]): string {
  const parts: string[] = []
  let y = margin
  let width = 0
  for (const workflow of workflows) {
    const placed = layoutOf(workflow)
    parts.push(drawWorkflow(workflow, placed, y))
    y += titleHeight + placed.height + between
    width = Math.max(width, placed.width, widthOf(oneLine(workflow.name), titleSize))
  }
  return frame(workflows, { width: width + 2 * margin, height: y - between + margin }, parts)
}

function layoutOf({ jobs }: GraphWorkflow): Layout {
  const numbers = new Map(jobs.map(({ name }, index) => [name, index]))
  const edges = jobs.flatMap(({ requires }, to) =>
    requires.flatMap((requirement) => {
      const from = numbers.get(requirement.job)
      return from === undefined ? [] : [{ from, to, label: labelOf(condition(requirement)) }]
    }),
  )
  return layout(jobs.map(sizeOf), edges)
}

function drawWorkflow({ name, jobs }: GraphWorkflow, { boxes, lines }: Layout, y: number): string {
  const drawn = jobs.flatMap((job, index) => {
    const box = boxes[index]
    return box === undefined ? [] : drawJob(job, box)
  })
  return [
    text('workflow', margin, y + titleSize, oneLine(name)),
    `<g transform="translate(${margin} ${px(y + titleHeight)})">`,
    ...lines.map(drawLine),
    ...new Set(lines.map(drawEnd)),
    ...lines.map(drawLabel),
    ...drawn,
    '</g>',
  ]
    .filter(Boolean)
    .join('\n')
}

interface Extent {
  readonly width: number
  readonly height: number
}

function frame(
  workflows: readonly GraphWorkflow[],
  { width, height }: Extent,
  parts: readonly string[],
): string {
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}"`
  const title = `Job graph of ${workflows.map(({ name }) => oneLine(name)).join(', ') || 'no workflow'}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="sluice-graph" role="img" aria-label="${escaped(title)}" ${size} viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description(workflows))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    ...parts,
    '</svg>',
  ].join('\n')
}

/** Of a very large graph the beginning is told. */
const mostTold = 200

const description = (workflows: readonly GraphWorkflow[]): string =>
  workflows
    .map(({ name, jobs }) => {
      const told = jobs.slice(0, mostTold).map((job) => `${sentence(job)}.`)
      const more = jobs.length > mostTold ? [`And ${jobs.length - mostTold} more jobs.`] : []
      return [`${oneLine(name)}:`, ...told, ...more].join(' ')
    })
    .join('\n')
