import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { err, ok, type Result } from '../model/result.ts'
import type { Source } from './compile.ts'
import { diagnosticOf, locator } from './explain.ts'
import type { Entry, MapNode, Node, ScalarNode } from './read/located.ts'
import { read } from './read/read.ts'
import { typeOfPlain } from './read/scalar.ts'
import { normalised } from './read/text.ts'
import { problems } from './report.ts'

/**
 * Makes one config of several, as path filtering does: maps are joined key by key, on all levels; of
 * anything else the later file's counts, lists too. One file stays as it is, to the letter. What is wrong
 * with a file is told as `FILE:LINE: message`.
 */
export function combineConfigs(sources: readonly Source[]): Result<string, string> {
  const [only, ...more] = sources
  if (only === undefined) return err('there is no config to combine')
  if (more.length === 0) return ok(only.text)
  let whole: Node | null = null
  for (const source of sources) {
    const node = nodeOf(source)
    if (!node.ok) return node
    whole = whole === null ? node.value : joined(whole, node.value)
  }
  return ok(whole === null ? '' : textOf(whole))
}

function nodeOf(source: Source): Result<MapNode, string> {
  const text = normalised(source.text)
  const found = problems()
  const node = read(text, found.report)
  const problem = found
    .list()
    .map((one) => diagnosticOf(one, source.file, locator(text)))
    .find(({ severity }) => severity === 'error')
  if (problem) return err(`${source.file}:${problem.where.line}: ${problem.message}`)
  if (node?.kind === 'map') return ok(node)
  return err(`${source.file}: a config is a map, and only maps can be combined`)
}

function joined(first: Node, second: Node): Node {
  if (first.kind !== 'map' || second.kind !== 'map') return second
  const entries = new Map(first.entries)
  for (const [key, entry] of second.entries) entries.set(key, joinedEntry(entries.get(key), entry))
  return { ...second, entries }
}

const joinedEntry = (first: Entry | undefined, second: Entry): Entry =>
  first === undefined ? second : { ...second, node: joined(first.node, second.node) }

const textOf = (node: Node): string =>
  new Document(yamlOf(node), { schema: 'failsafe' }).toString({ lineWidth: 0 })

function yamlOf(node: Node): Scalar | YAMLSeq | YAMLMap {
  if (node.kind === 'list') {
    const list = new YAMLSeq()
    list.items.push(...node.items.map(yamlOf))
    return list
  }
  if (node.kind === 'map') {
    const map = new YAMLMap()
    for (const [key, entry] of node.entries)
      map.items.push(new Pair(keyOf(key), yamlOf(entry.node)))
    return map
  }
  return node.kind === 'scalar' ? scalarOf(node) : new Scalar('')
}

/** A text that would be read as something else without quotes keeps them; the others need none. */
function scalarOf({ type, text }: ScalarNode): Scalar {
  if (type === 'null') return plain('null')
  if (type !== 'string') return plain(text)
  const scalar = new Scalar(text)
  if (typeOfPlain(text) !== 'string') scalar.type = Scalar.QUOTE_DOUBLE
  return scalar
}

function plain(text: string): Scalar {
  const scalar = new Scalar(text)
  scalar.type = Scalar.PLAIN
  return scalar
}

/** Keys are text whatever they look like; only the merge key must not come into being again. */
function keyOf(key: string): Scalar {
  const scalar = new Scalar(key)
  if (key === '<<') scalar.type = Scalar.QUOTE_DOUBLE
  return scalar
}
