import type { Scalar } from '../../../model/trigger.ts'
import type { Range } from '../complain.ts'

/** An expression, parsed. */
export type Tree = { readonly range: Range } & (
  | { readonly kind: 'literal'; readonly value: Scalar | bigint }
  /** Only on the right of `matches`. */
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'not'; readonly operand: Tree; readonly parenthesised?: true }
  | {
      readonly kind: 'binary'
      readonly operator: Operator
      readonly left: Tree
      readonly right: Tree
    }
)

/** From the weakest to the strongest; those of one level are read from left to right. */
export const levels = [
  ['or'],
  ['and'],
  ['==', '!='],
  ['starts-with', 'matches'],
  ['>=', '>', '<=', '<'],
] as const

export type Operator = (typeof levels)[number][number]
