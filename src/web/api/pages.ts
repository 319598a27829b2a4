import type { Context } from 'hono'
import { ApiProblem } from './problem.ts'

/** The number behind which the page begins; null: it is the first one. */
export function pageToken(c: Context): number | null {
  const text = c.req.query('page-token')
  if (text === undefined) return null
  const number = /^after-(\d{1,9})$/.exec(Buffer.from(text, 'base64url').toString())?.[1]
  if (number === undefined) throw new ApiProblem(400, 'page-token is not one that was given out.')
  return Number(number)
}

/** One item more than a page holds tells that there is a next one, which begins behind `numberOf` the last. */
export function pageOf<Item, Shape>(
  found: readonly Item[],
  size: number,
  shape: (item: Item) => Shape,
  numberOf: (item: Item, index: number) => number,
) {
  const items = found.slice(0, size)
  const last = items.at(-1)
  const next = found.length > size && last !== undefined ? numberOf(last, items.length - 1) : null
  return {
    items: items.map(shape),
    next_page_token: next === null ? null : Buffer.from(`after-${next}`).toString('base64url'),
  }
}
