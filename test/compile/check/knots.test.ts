import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Graph, knotsOf } from '../../../src/compile/check/knots.ts'

const graphOf = (edges: Readonly<Record<string, string>>): Graph =>
  new Map(Object.entries(edges).map(([name, to]) => [name, to.split('')]))
const sorted = (knots: readonly (readonly string[])[]) =>
  knots.map((knot) => knot.toSorted().join('')).toSorted()

test.each([
  [{}, []],
  [{ a: '', b: 'a', c: 'ab' }, []],
  [{ a: 'a' }, ['a']],
  [{ a: 'b', b: 'a' }, ['ab']],
  [{ a: 'b', b: 'c', c: 'a', d: 'c' }, ['abc']],
  // Two knots, the one leading into the other.
  [{ a: 'b', b: 'a', c: 'ad', d: 'c' }, ['ab', 'cd']],
  // Two circles through one name are one knot.
  [{ a: 'bc', b: 'a', c: 'a' }, ['abc']],
])('the knots of %j are %j', (edges, knots) => {
  expect(sorted(knotsOf(graphOf(edges)))).toEqual(knots)
})

test('two names are in one knot exactly if each leads to the other', () => {
  const names = 'abcdefgh'.split('')
  const graphs = fc.tuple(...names.map(() => fc.subarray(names, { maxLength: 2 })))
  fc.assert(
    fc.property(graphs, (targets) => {
      const graph: Graph = new Map(names.map((name, index) => [name, targets[index] ?? []]))
      const knots = knotsOf(graph)
      for (const a of names)
        for (const b of names) {
          const together = knots.some((knot) => knot.includes(a) && knot.includes(b))
          expect(together).toBe(leads(graph, a, b) && leads(graph, b, a))
        }
    }),
  )
})

/** Whether one or more steps lead from one name to another. */
function leads(graph: Graph, from: string, to: string): boolean {
  const reached = new Set(graph.get(from))
  for (const name of reached) for (const next of graph.get(name) ?? []) reached.add(next)
  return reached.has(to)
}
