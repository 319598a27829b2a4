import type { Rectangle } from '../layout.ts'
import type { GraphJob } from '../workflow.ts'

/** How far points and cut corners reach into a box. */
const slant = 11

/** The outline of a job; each type has its own, so that colour is not needed to tell them apart. */
export const outline = (type: GraphJob['type'], box: Rectangle): string => outlines[type](box)

const outlines: Readonly<Record<GraphJob['type'], (box: Rectangle) => string>> = {
  build: (box) => rectangle(box, 5),
  'no-op': (box) => rectangle(box, box.height / 2),
  approval: ({ x, y, width, height }) =>
    polygon([
      [x, y + height / 2],
      [x + slant, y],
      [x + width - slant, y],
      [x + width, y + height / 2],
      [x + width - slant, y + height],
      [x + slant, y + height],
    ]),
  release: ({ x, y, width, height }) =>
    polygon([
      [x, y],
      [x + width - slant, y],
      [x + width, y + height / 2],
      [x + width - slant, y + height],
      [x, y + height],
    ]),
  lock: ({ x, y, width, height }) =>
    polygon([
      [x, y + slant],
      [x + slant, y],
      [x + width - slant, y],
      [x + width, y + slant],
      [x + width, y + height],
      [x, y + height],
    ]),
  unlock: ({ x, y, width, height }) =>
    polygon([
      [x, y],
      [x + width, y],
      [x + width, y + height - slant],
      [x + width - slant, y + height],
      [x + slant, y + height],
      [x, y + height - slant],
    ]),
  orb: (box) => rectangle(box, 0) + bars(box),
}

const rectangle = ({ x, y, width, height }: Rectangle, radius: number): string =>
  `<rect class="shape" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="${px(radius)}"/>`

const polygon = (points: readonly (readonly [number, number])[]): string =>
  `<path class="shape" d="M${points.map(([x, y]) => `${px(x)} ${px(y)}`).join('L')}Z"/>`

const bars = ({ x, y, width, height }: Rectangle): string =>
  [x + 5, x + width - 5]
    .map((at) => `<path class="shape" d="M${px(at)} ${px(y)}v${px(height)}"/>`)
    .join('')

/** A coordinate, short. */
export const px = (value: number): string => String(Math.round(value * 10) / 10)
