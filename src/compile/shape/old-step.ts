import { type MapNode, pathOf } from '../read/located.ts'
import type { Field, Fields, Reading } from '../read/reader.ts'
import { isBuiltInStep, successorOf } from './step-names.ts'

/** Whether this is what a step was called before version 2.1. */
export const isOldStep = (name: string): boolean => successorOf(name) !== null

/** The present name of a step; an old one is an error in version 2.1, and works in version 2. */
export function presentName(name: string, field: Field, reading: Reading): string {
  const successor = successorOf(name)
  if (successor === null) return name
  if (reading.version === '2.1') {
    const message = `the step ${name} does not exist in version 2.1`
    reading.report('old-step', field.key, message, `Write ${successor} instead.`)
  }
  return successor
}

/**
 * A step in the oldest form, `type: NAME` with its options beside it, as though they stood below the name.
 * Null: the step is not written so.
 */
export function typedStep(
  item: Field,
  fields: Fields,
  reading: Reading,
): readonly [name: string, field: Field] | null {
  const { value: node } = item
  const type = fields.all.get('type')
  if (node.kind !== 'map' || type?.value.kind !== 'scalar') return null
  const written = type.value.text
  const name = isBuiltInStep(written) ? written : successorOf(written)
  if (name === null) return null
  if (reading.version === '2.1') {
    const message = 'a step with `type:` and its options beside it is a form of version 2'
    reading.report('old-step', type.key, message, `Write \`${name}:\` with the options below it.`)
  }
  return [name, { ...renamed(item, name), value: withoutType(node) }]
}

/** The same field, called by the name of a step. */
export const renamed = (field: Field, name: string): Field => {
  const path = pathOf(field.at.path, name)
  return { ...field, at: { ...field.at, path }, key: { ...field.key, path } }
}

const withoutType = (node: MapNode): MapNode => ({
  ...node,
  entries: new Map([...node.entries].filter(([key]) => key !== 'type')),
})
