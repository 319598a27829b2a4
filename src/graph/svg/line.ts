import type { Point } from '../layout/geometry.ts'
import type { Line } from '../layout.ts'
import { text } from './job.ts'
import { px } from './shapes.ts'
import { widthOf } from './text.ts'

const labelSize = 11
/** Length of an arrow's head. */
const head = 7

export const labelOf = (words: string | null) =>
  words === null ? null : { text: words, width: widthOf(words, labelSize) }

/** A line between two neighbouring columns, level at both ends. */
export function drawLine({ start, leave, enter, end, label, to }: Line): string {
  const stop = to === 'box' ? end.x - head + 1 : end.x
  const middle = (leave + enter) / 2
  const curve =
    start.y === end.y
      ? ''
      : `H${px(leave)}C${px(middle)} ${px(start.y)} ${px(middle)} ${px(end.y)} ${px(to === 'box' ? stop : enter)} ${px(end.y)}`
  const kind = label === null ? 'line' : 'line special'
  return `<path class="${kind}" d="M${px(start.x)} ${px(start.y)}${curve}H${px(stop)}"/>`
}

export const drawLabel = ({ label }: Line): string =>
  label === null ? '' : text('label', label.at.x, label.at.y + 4, label.text)

/** Where lines end: an arrow's head at a box, a dot at a junction, nothing at a bend. */
export function drawEnd({ end, to }: Line): string {
  if (to === 'junction')
    return `<circle class="junction" cx="${px(end.x)}" cy="${px(end.y)}" r="3"/>`
  return to === 'box' ? arrowHead(end) : ''
}

const arrowHead = ({ x, y }: Point): string =>
  `<path class="head" d="M${px(x)} ${px(y)}l${-head} -3.5v7Z"/>`
