/** Names, each with the names it leads to; every one of those is a name of the graph. */
export type Graph = ReadonlyMap<string, readonly string[]>

interface Walk {
  readonly graph: Graph
  /** When each name was first seen. */
  readonly seen: Map<string, number>
  /** The earliest name of its own path that a name leads back to. */
  readonly back: Map<string, number>
  /** Names that are not yet known to be in a knot or in none. */
  readonly open: string[]
  readonly isOpen: Set<string>
  readonly knots: (readonly string[])[]
}

/**
 * The knots of a graph: the largest sets in which every name leads to every other, and single names that
 * lead to themselves (Tarjan's strongly connected components, without recursion: chains may be long).
 */
export function knotsOf(graph: Graph): readonly (readonly string[])[] {
  const walk: Walk = {
    graph,
    seen: new Map(),
    back: new Map(),
    open: [],
    isOpen: new Set(),
    knots: [],
  }
  for (const name of graph.keys()) if (!walk.seen.has(name)) explore(name, walk)
  return walk.knots
}

function explore(start: string, walk: Walk): void {
  const path = [enter(start, walk)]
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    const next = last.edges.next()
    if (next.done === true) {
      path.pop()
      leave(last.name, path.at(-1)?.name, walk)
    } else if (!walk.seen.has(next.value)) path.push(enter(next.value, walk))
    else if (walk.isOpen.has(next.value)) leadsBack(last.name, walk.seen.get(next.value), walk)
  }
}

function enter(name: string, { graph, seen, back, open, isOpen }: Walk) {
  back.set(name, seen.size)
  seen.set(name, seen.size)
  open.push(name)
  isOpen.add(name)
  return { name, edges: (graph.get(name) ?? []).values() }
}

function leadsBack(name: string, to: number | undefined, { back }: Walk): void {
  back.set(name, Math.min(back.get(name) ?? Infinity, to ?? Infinity))
}

function leave(name: string, parent: string | undefined, walk: Walk): void {
  if (parent !== undefined) leadsBack(parent, walk.back.get(name), walk)
  if (walk.back.get(name) !== walk.seen.get(name)) return
  const members = walk.open.splice(walk.open.lastIndexOf(name))
  for (const member of members) walk.isOpen.delete(member)
  const leadsToItself = walk.graph.get(name)?.includes(name) ?? false
  if (members.length > 1 || leadsToItself) walk.knots.push(members)
}
