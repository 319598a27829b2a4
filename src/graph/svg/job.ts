import type { Rectangle, Size } from '../layout.ts'
import { details, oneLine, sentence } from '../words.ts'
import type { GraphJob } from '../workflow.ts'
import { outline, px } from './shapes.ts'
import { cut, escaped, widthOf } from './text.ts'

const nameSize = 13
const detailSize = 11
const widestText = 300
const narrowest = 84
/** Left and right of the text together; slanted shapes need much. */
const beside = 36
const height = 40
/** How far the sheets of a job with several tasks stand behind each other. */
const sheet = 4

export function sizeOf(job: GraphJob): Size {
  const text = Math.max(widthOf(nameOf(job), nameSize), widthOf(below(job), detailSize))
  return { width: Math.ceil(Math.max(narrowest, text + beside)), height }
}

/** A box with the name, what more there is to say below it, and all of it as its tooltip. */
export function drawJob(job: GraphJob, box: Rectangle): string {
  const middle = box.x + box.width / 2
  const more = below(job)
  const centre = box.y + box.height / 2
  return [
    `<g class="${job.type} ${job.status ?? ''}">`,
    `<title>${escaped(sentence(job))}</title>`,
    job.parallelism > 1 ? outline(job.type, { ...box, x: box.x + sheet, y: box.y - sheet }) : '',
    outline(job.type, box),
    text('name', middle, centre + (more === '' ? 5 : -2), nameOf(job)),
    more === '' ? '' : text('more', middle, centre + 13, more),
    '</g>',
  ].join('')
}

const nameOf = ({ name }: GraphJob): string => cut(oneLine(name), nameSize, widestText)

const below = (job: GraphJob): string => details(job).join(' · ')

export const text = (kind: string, x: number, y: number, words: string): string =>
  `<text class="${kind}" x="${px(x)}" y="${px(y)}">${escaped(words)}</text>`
