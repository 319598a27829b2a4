import { array, assert, constant, integer, nat, property, record, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Layout, layout } from '../../src/graph/layout.ts'

const size = { width: 100, height: 40 }
const draw = (count: number, edges: readonly (readonly [number, number])[]): Layout =>
  layout(
    Array.from({ length: count }, () => size),
    edges.map(([from, to]) => ({ from, to, label: null })),
  )

/** Graphs without circles: every edge leads to a higher number. */
const graphs = integer({ min: 1, max: 25 }).chain((count) =>
  record({
    count: constant(count),
    edges: array(tuple(nat(count - 1), nat(count - 1)), { maxLength: 60 })
      .map((pairs) => new Map(pairs.map(([a, b]) => [`${a} ${b}`, [a, b] as const])))
      .map((pairs) => [...pairs.values()].filter(([a, b]) => a < b)),
  }),
)

const centre = (box: Layout['boxes'][number] | undefined): number =>
  box === undefined ? Number.NaN : box.y + box.height / 2

describe('of any graph', () => {
  test('no two boxes touch, and all are inside the picture', () => {
    assert(
      property(graphs, ({ count, edges }) => {
        const { boxes, width, height } = draw(count, edges)
        expect(boxes).toHaveLength(count)
        for (const box of boxes) {
          expect(box.x).toBeGreaterThanOrEqual(0)
          expect(box.y).toBeGreaterThanOrEqual(-1e-6)
          expect(box.x + box.width).toBeLessThanOrEqual(width)
          expect(box.y + box.height).toBeLessThanOrEqual(height + 1e-6)
        }
        for (const [index, a] of boxes.entries())
          for (const b of boxes.slice(index + 1))
            expect(a.x === b.x && Math.abs(a.y - b.y) < a.height + 10).toBe(false)
      }),
    )
  })

  test('what waits stands further right, and lines lead there from what it waits for', () => {
    assert(
      property(graphs, ({ count, edges }) => {
        const { boxes, lines } = draw(count, edges)
        const next = Map.groupBy(lines, ({ start }) => `${start.x} ${start.y}`)
        for (const [from, to] of edges) {
          const [source, target] = [boxes[from], boxes[to]]
          if (source === undefined || target === undefined) throw new Error('no box')
          expect(target.x).toBeGreaterThan(source.x + source.width)
          const ends = reached(`${source.x + source.width} ${centre(source)}`, next)
          expect(ends).toContain(`${target.x} ${centre(target)}`)
        }
      }),
    )
  })

  test('a line turns between two neighbouring columns only, so that it runs behind no box', () => {
    assert(
      property(graphs, ({ count, edges }) => {
        const { boxes, lines } = draw(count, edges)
        for (const { leave, enter } of lines)
          expect(boxes.filter(({ x }) => x > leave && x < enter)).toEqual([])
      }),
    )
  })

  test('the same graph gives the same picture', () => {
    assert(
      property(graphs, ({ count, edges }) => {
        expect(draw(count, edges)).toEqual(draw(count, edges))
      }),
    )
  })
})

/** The points that lines lead to from a point, over bends and junctions. */
function reached(point: string, next: ReadonlyMap<string, Layout['lines']>): readonly string[] {
  return (next.get(point) ?? []).flatMap(({ end, to }) => {
    const there = `${end.x} ${end.y}`
    return to === 'box' ? [there] : reached(there, next)
  })
}

test('lines of a ladder do not cross, whatever the order in the config', () => {
  const { boxes } = draw(6, [
    [0, 5],
    [1, 4],
    [2, 3],
  ])
  const left = [0, 1, 2].toSorted((a, b) => centre(boxes[a]) - centre(boxes[b]))
  const right = [5, 4, 3].toSorted((a, b) => centre(boxes[a]) - centre(boxes[b]))
  expect(right).toEqual(left.map((index) => 5 - index))
})

test('what stands alone keeps the order of the config', () => {
  const { boxes } = draw(4, [])
  const heights = boxes.map(({ y }) => y)
  expect(heights).toEqual(heights.toSorted((a, b) => a - b))
})

test('a job between its fans stands in their middle', () => {
  const { boxes } = draw(5, [
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 4],
    [2, 4],
    [3, 4],
  ])
  expect(centre(boxes[0])).toBeCloseTo(centre(boxes[2]))
  expect(centre(boxes[4])).toBeCloseTo(centre(boxes[2]))
})

test('two layers that all wait for each other share one junction instead of every line', () => {
  const pairs = [0, 1, 2, 3, 4].flatMap((from) => [5, 6, 7, 8, 9].map((to) => [from, to] as const))
  const { lines } = draw(10, pairs)
  expect(lines).toHaveLength(10)
  expect(new Set(lines.filter(({ to }) => to === 'junction').map(({ end }) => end.y)).size).toBe(1)
})

test('labels do not cover each other where lines cross', () => {
  const label = { text: 'failed', width: 40 }
  const pairs = [0, 1].flatMap((from) => [2, 3].map((to) => ({ from, to, label })))
  const { lines } = layout(
    Array.from({ length: 4 }, () => size),
    pairs,
  )
  const heights = lines.flatMap((line) => line.label?.at.y ?? []).toSorted((a, b) => a - b)
  expect(heights).toHaveLength(4)
  for (const [index, y] of heights.slice(1).entries())
    expect(y - (heights[index] ?? 0)).toBeGreaterThanOrEqual(14)
})

test('a circle does not hold it up', () => {
  const { boxes } = draw(3, [
    [0, 1],
    [1, 2],
    [2, 0],
  ])
  expect(boxes).toHaveLength(3)
})

describe('ten thousand jobs', () => {
  const count = 10_000
  const shapes: Readonly<Record<string, (at: number) => readonly number[]>> = {
    'side by side': (at) => (at === 0 || at === count - 1 ? [] : [0]),
    'in a row, all waiting for the first': (at) => (at === 0 ? [] : [...new Set([at - 1, 0])]),
    'in layers that wait for each other': (at) =>
      at < 100 ? [] : Array.from({ length: 100 }, (_, i) => (Math.floor(at / 100) - 1) * 100 + i),
    'with long lines everywhere': (at) =>
      [...new Set([at >> 1, at >> 3, at >> 7])].filter((i) => i < at),
  }

  test.each(Object.entries(shapes))('%s', (_, waitsFor) => {
    const edges = Array.from({ length: count }, (_row, to) =>
      waitsFor(to).map((from) => [from, to] as const),
    ).flat()
    const { boxes } = draw(count, edges)
    expect(boxes.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true)
  })
})
