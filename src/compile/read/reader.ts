import type { Report } from '../report.ts'
import { type Located, type Node, type Place, pathOf, place, type ScalarNode } from './located.ts'
import { quoted } from './quoted.ts'
import { integerOf, isTrue } from './scalar.ts'
import { didYouMean, listed, nearest } from './suggest.ts'

/** `2` also stands for 2.0. In version 2 there are no templates: `<<` is text like any other. */
export type Version = '2' | '2.1'

/**
 * Readers: each takes a field and gives its value, or reports what is wrong and gives null, so that
 * the caller goes on with a default and one run finds every mistake. Templates are filled before; a
 * value that cannot be told gives null, and nothing is reported about it.
 */
export interface Reading {
  readonly report: Report
  readonly version: Version
}

/** A value in its place. `key` is what to point at when the value as a whole is meant. */
export interface Field extends Located<Node> {
  readonly key: Place
}

/** A map in its place. */
export interface Fields {
  readonly at: Place
  readonly all: ReadonlyMap<string, Field>
}

/** The whole document as a field. */
export const rootField = (node: Node): Field => {
  const at = place(node.span, '')
  return { value: node, at, key: place({ start: node.span.start, end: node.span.start }, '') }
}

export const isNothing = (field: Field | undefined): boolean =>
  field === undefined || (field.value.kind === 'scalar' && field.value.type === 'null')

/** A text; numbers, booleans and dates keep the very characters of the source. */
export function string(field: Field, reading: Reading): Located<string> | null {
  const { value: node } = field
  if (node.kind !== 'scalar' || node.type === 'null') return wrongType(field, 'a text', reading)
  return { value: node.text, at: field.at }
}

/**
 * Like `string`, for texts that are likely versions: a number that YAML would write otherwise (`3.10`)
 * keeps its characters here, and CircleCI reads it as the number.
 */
export function versionText(field: Field, reading: Reading): Located<string> | null {
  const text = string(field, reading)
  if (text !== null && field.value.kind === 'scalar') reportNumeric(field.value, text, reading)
  return text
}

function reportNumeric(node: ScalarNode, { value, at }: Located<string>, reading: Reading): void {
  if (node.type !== 'float' || node.substituted) return
  const number = String(Number(value.replaceAll('_', '')))
  if (number === value) return
  const message = `${value} stays ${value} here, but CircleCI reads the number ${number}`
  reading.report('numeric-text', at, message, `Quote it: "${value}".`)
}

/** Like `string`, but nothing is the empty text. */
export const stringOrEmpty = (field: Field, reading: Reading): Located<string> | null =>
  isNothing(field) ? { value: '', at: field.key } : string(field, reading)

export function boolean(field: Field, reading: Reading): Located<boolean> | null {
  const { value: node } = field
  if (node.kind === 'scalar' && node.type === 'boolean')
    return { value: isTrue(node.text), at: field.at }
  return wrongType(field, 'true or false, without quotes', reading)
}

export function integer(field: Field, reading: Reading): Located<number> | null {
  const { value: node } = field
  if (node.kind === 'scalar' && node.type === 'integer') return safeInteger(node, field, reading)
  return wrongType(field, 'a whole number, without quotes', reading)
}

function safeInteger({ text }: ScalarNode, field: Field, { report }: Reading) {
  const value = integerOf(text)
  if (Number.isSafeInteger(value)) return { value, at: field.at }
  report('bad-value', field.at, `${lastKey(field)} is a number that is too large: ${quoted(text)}`)
  return null
}

/** One of some words. */
export function oneOf<Word extends string>(
  field: Field,
  words: readonly Word[],
  reading: Reading,
): Located<Word> | null {
  const text = string(field, reading)
  if (text === null) return null
  const word = words.find((candidate) => candidate === text.value)
  if (word !== undefined) return { value: word, at: text.at }
  const message = `${lastKey(field)} cannot be ${quoted(text.value)}`
  const guess = didYouMean(text.value, words)
  const allowed = `Allowed: ${listed(words)}.`
  reading.report('bad-value', text.at, message, () => [guess() ?? [], allowed].flat().join(' '))
  return null
}

export function list(field: Field, reading: Reading): readonly Field[] | null {
  return field.value.kind === 'list' ? itemsOf(field) : wrongType(field, 'a list', reading)
}

/** A list, or one value that stands for a list of one. */
export const listOrOne = (field: Field): readonly Field[] =>
  field.value.kind === 'list' ? itemsOf(field) : [field]

function itemsOf(field: Field): readonly Field[] {
  if (field.value.kind !== 'list') return []
  return field.value.items.map((value, index) => {
    const at = place(value.span, `${field.at.path}[${index}]`)
    return { value, at, key: isEmptySpan(at) ? { ...field.key, path: at.path } : at }
  })
}

export function record(field: Field, reading: Reading): Fields | null {
  if (field.value.kind !== 'map') return wrongType(field, 'a map of keys and values', reading)
  const all = new Map<string, Field>()
  for (const [name, { key, node }] of field.value.entries) {
    const path = pathOf(field.at.path, name)
    all.set(name, { value: node, at: place(node.span, path), key: place(key, path) })
  }
  return { at: field.key, all }
}

const isEmptySpan = ({ span }: Place): boolean => span.start === span.end

/** The field of a key, unless it is missing or says nothing. */
export function given(fields: Fields | null, key: string): Field | null {
  const field = fields?.all.get(key)
  return field === undefined || isNothing(field) ? null : field
}

/** The text of an optional key; nothing, and the empty text, are null. */
export function optionalText(fields: Fields | null, key: string, reading: Reading): string | null {
  const field = given(fields, key)
  return (field && string(field, reading)?.value) || null
}

/** Some of it cannot be told. */
export const holdsUnknown = (node: Node | undefined): boolean => {
  if (node === undefined || node.kind === 'scalar') return false
  if (node.kind === 'unknown') return true
  if (node.kind === 'list') return node.items.some(holdsUnknown)
  return node.entries.values().some((entry) => holdsUnknown(entry.node))
}

/** The field, or a report that it is missing. */
export function required(fields: Fields, key: string, reading: Reading): Field | null {
  const field = given(fields, key)
  if (field !== null) return field
  reading.report('missing-key', fields.all.get(key)?.key ?? fields.at, `${key} is missing`, () => {
    const typo = nearest(key, [...fields.all.keys()])
    return typo === null ? null : `There is ${quoted(typo)}: did you mean ${key}?`
  })
  return null
}

function wrongType(field: Field, wanted: string, reading: Reading): null {
  if (field.value.kind === 'unknown') return null
  const at = isEmptySpan(field.at) || field.value.kind !== 'scalar' ? field.key : field.at
  const message = `${lastKey(field)} must be ${wanted}, this is ${described(field.value)}`
  reading.report('wrong-type', at, message)
  return null
}

/** What the field is called: its key, or its place in a list. */
export const lastKey = (field: Field): string => /[^.]*$/.exec(field.at.path)?.[0] || 'the config'

const described = (node: Node): string => {
  if (node.kind === 'unknown') return 'not known'
  if (node.kind !== 'scalar') return `a ${node.kind}`
  return node.type === 'null' ? 'empty' : `${scalarNames[node.type]} (${quoted(node.text)})`
}

const scalarNames: Readonly<Record<Exclude<ScalarNode['type'], 'null'>, string>> = {
  string: 'a text',
  boolean: 'a boolean',
  integer: 'a number',
  float: 'a number',
}
