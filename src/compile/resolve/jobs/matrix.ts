import type { Node } from '../../read/located.ts'
import { quoted } from '../../read/quoted.ts'
import {
  type Field,
  type Fields,
  isNothing,
  list,
  record,
  required,
  string,
} from '../../read/reader.ts'
import { listed } from '../../read/suggest.ts'
import { checkKeys } from '../../shape/keys.ts'
import { textOf } from '../calls/types.ts'
import type { Context } from '../context.ts'

/** Values by name of a parameter, in the order in which they were listed. */
export type Combination = ReadonlyMap<string, Node>

export interface Matrix {
  readonly alias: string | null
  readonly combinations: readonly Combination[]
  /** Some of it cannot be told, so that names of its jobs are not known. */
  readonly incomplete: boolean
}

/** So many jobs one matrix may stand for. */
const mostCombinations = 2000

/** `matrix: { parameters, exclude, alias }`, its templates filled in. The first parameter varies slowest. */
export function expandMatrix(field: Field, context: Context): Matrix {
  const fields = isNothing(field) ? null : record(field, context)
  if (fields === null) return nothing(field.value.kind === 'unknown')
  checkKeys(fields, { of: 'a matrix', accepted: ['parameters', 'exclude', 'alias'] }, context)
  const alias = fields.all.get('alias')
  const asked = required(fields, 'parameters', context)
  const parameters = asked && parametersOf(asked, context)
  if (parameters === null || parameters.size === 0) return nothing(true)
  const excluded = excludedBy(fields, parameters, context)
  return {
    alias: alias === undefined || isNothing(alias) ? null : (string(alias, context)?.value ?? null),
    combinations: combinationsOf(parameters, field, context).filter((one) => !excluded(one)),
    incomplete: [...parameters.values()].flat().some(({ kind }) => kind === 'unknown'),
  }
}

const nothing = (incomplete: boolean): Matrix => ({ alias: null, combinations: [], incomplete })

type Lists = ReadonlyMap<string, readonly Node[]>

function parametersOf(field: Field, context: Context): Lists | null {
  const fields = record(field, context)
  if (fields === null) return null
  const lists = new Map<string, readonly Node[]>()
  for (const [name, values] of fields.all) {
    const items = listOf(name, values, context)
    if (items !== null) lists.set(name, items)
  }
  if (fields.all.size === 0) context.report('matrix', field.key, 'the matrix has no parameters')
  return lists
}

function listOf(name: string, field: Field, context: Context): readonly Node[] | null {
  if (field.value.kind === 'unknown') return [field.value]
  const items = isNothing(field) ? [] : list(field, context)
  if (items?.length !== 0) return items?.map(({ value }) => value) ?? null
  context.report('matrix', field.key, `the matrix lists no value for ${name}`)
  return null
}

function combinationsOf(lists: Lists, field: Field, { report }: Context): readonly Combination[] {
  let count = 1
  for (const { length } of lists.values()) count *= length
  if (count > mostCombinations) {
    const message = `the matrix has ${count} combinations; at most ${mostCombinations} are possible`
    report(
      'matrix',
      field.key,
      message,
      'Exclude does not help: split the matrix, or list fewer values.',
    )
    return []
  }
  let rows: readonly (readonly (readonly [string, Node])[])[] = [[]]
  for (const [name, values] of lists)
    rows = rows.flatMap((row) => values.map((value) => [...row, [name, value] as const]))
  return rows.map((row) => new Map(row))
}

type Excluded = (combination: Combination) => boolean

function excludedBy(fields: Fields, parameters: Lists, context: Context): Excluded {
  const field = fields.all.get('exclude')
  if (field === undefined || isNothing(field)) return () => false
  const items = list(field, context) ?? []
  const keys = new Set(items.flatMap((item) => excludedKey(item, parameters, context) ?? []))
  return (combination) => keys.has(keyOf(combination))
}

/** An exclusion gives a value for every parameter (CircleCI's rule); one that does not excludes nothing. */
function excludedKey(item: Field, parameters: Lists, context: Context): string | null {
  const fields = record(item, context)
  if (fields === null) return null
  const missing = [...parameters.keys()].filter((name) => !fields.all.has(name))
  const unknown = [...fields.all.keys()].filter((name) => !parameters.has(name))
  if (missing.length === 0 && unknown.length === 0)
    return keyOf(new Map([...parameters.keys()].map((name) => [name, valueOf(fields, name)])))
  const message =
    missing.length > 0
      ? `this excludes nothing: it says nothing about ${listed(missing)}`
      : `this excludes nothing: ${listed(unknown.map(quoted))} is no parameter of the matrix`
  context.report('matrix-exclude', item.at, message, 'Give a value for every matrix parameter.')
  return null
}

function valueOf(fields: Fields, name: string): Node {
  const field = fields.all.get(name)
  return field?.value ?? { kind: 'unknown', span: fields.at.span, templated: false }
}

const keyOf = (combination: Combination): string =>
  JSON.stringify([...combination].map(([name, node]) => [name, canonical(node)]))

/** One text for each value, whatever it is. */
export function canonical(node: Node): string {
  if (node.kind === 'scalar') return textOf(node) ?? ''
  if (node.kind === 'unknown') return '?'
  if (node.kind === 'list') return JSON.stringify(node.items.map(canonical))
  const entries = [...node.entries].map(([key, entry]) => [key, canonical(entry.node)])
  return JSON.stringify(entries.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)))
}

/** What CircleCI puts behind the job's name: the values in the alphabetical order of their parameters. */
export function suffixOf(combination: Combination): string {
  const sorted = [...combination].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([, node]) => `-${shownValue(node)}`).join('')
}

/** An executor with arguments is shown by its name. */
function shownValue(node: Node): string {
  if (node.kind === 'map')
    return shownValue(
      node.entries.get('name')?.node ?? { ...node, kind: 'unknown', templated: false },
    )
  return canonical(node)
}
