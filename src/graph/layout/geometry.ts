/** All measures are in pixels, from the upper left corner. */
export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Rectangle extends Size, Point {}

/** A line between two boxes, by their numbers. */
export interface Edge {
  readonly from: number
  readonly to: number
  /** Null: none. */
  readonly label: Label | null
}

export interface Label {
  readonly text: string
  readonly width: number
}
