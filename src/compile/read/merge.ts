import { at, type Building } from './building.ts'
import type { Entry, MapNode, Node } from './located.ts'

/**
 * The entries of a map with its merge keys applied: what the map says itself wins, then the earlier
 * merge, then the earlier map of one merge's list. A map may hold several `<<` keys.
 */
export function merged(
  own: Map<string, Entry>,
  merges: readonly Entry[],
  building: Building,
): ReadonlyMap<string, Entry> {
  for (const source of merges.flatMap((merge) => mapsOf(merge, building))) {
    if (!building.measures.allowsMerge(source)) break
    for (const [key, entry] of source.entries) if (!own.has(key)) own.set(key, entry)
  }
  return own
}

function mapsOf(merge: Entry, building: Building): readonly MapNode[] {
  const sources: readonly Node[] = merge.node.kind === 'list' ? merge.node.items : [merge.node]
  for (const source of sources) {
    // A null stands for an alias that was already reported, or for an empty anchor.
    if (source.kind === 'map' || (source.kind === 'scalar' && source.type === 'null')) continue
    const message = `\`<<\` merges maps, this is a ${source.kind === 'list' ? 'list' : 'text'}`
    building.report(
      'yaml-merge',
      at(merge.key),
      message,
      'Write `<<: *name` of an anchor on a map.',
    )
  }
  return sources.filter((source) => source.kind === 'map')
}
