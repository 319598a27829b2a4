import type { Label, Size } from './geometry.ts'

/** A point that lines meet: a box, a junction of many lines, or a bend of a long one. */
export interface Vertex extends Size {
  readonly kind: 'box' | 'junction' | 'bend'
  /** Lines to the left and to the right. */
  readonly before: Link[]
  after: Link[]
  /** Counted from the left. */
  layer: number
  /** Place in its layer, from the top. */
  row: number
  /** Of its middle. */
  y: number
}

export interface Link {
  from: Vertex
  readonly to: Vertex
  readonly label: Label | null
}

export const vertexOf = (kind: Vertex['kind'], { width, height }: Size): Vertex => ({
  kind,
  width,
  height,
  before: [],
  after: [],
  layer: 0,
  row: 0,
  y: 0,
})

export function connect(link: Link): void {
  link.from.after.push(link)
  link.to.before.push(link)
}

/** The vertices from left to right, and inside a layer from top to bottom. */
export type Layers = readonly (readonly Vertex[])[]
