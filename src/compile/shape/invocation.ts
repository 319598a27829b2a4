import type { Located } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import {
  type Field,
  type Fields,
  isNothing,
  listOrOne,
  oneOf,
  type Reading,
  record,
  string,
} from '../read/reader.ts'
import { listed } from '../read/suggest.ts'
import { checkName } from './name.ts'
import { type RequirementConfig, shapeRequires } from './requires.ts'

/** A job in a workflow: `- job`, or `- job:` with keys below it. */
export interface Item {
  /** The key under `jobs`. */
  readonly job: Located<string>
  readonly keys: ReadonlyMap<string, Field>
}

/** What the keys of an item say, their templates filled in. */
export interface Invocation {
  readonly job: Located<string>
  /** What it is called here, where that was said. */
  readonly name: Located<string> | null
  readonly approval: boolean
  readonly requires: readonly RequirementConfig[]
  readonly contexts: readonly string[]
  readonly serialGroup: string | null
  /** A job of an orb that takes the place of the job's own body, where the orb has it. */
  readonly overrideWith: Located<string> | null
  /** Keys that are no keys of an invocation: arguments for the job. */
  readonly given: ReadonlyMap<string, Field>
  /** Some name in it cannot be told. */
  readonly incomplete: boolean
}

const modern = ['name', 'matrix', 'pre-steps', 'post-steps', 'override-with']
const ancient = ['requires', 'context', 'type', 'filters', 'serial-group']
export const invocationKeys: readonly string[] = [...ancient, ...modern]

/** An item of a list of jobs; null when it is none, which was reported. */
export function shapeItem(item: Field, reading: Reading): Item | null {
  if (item.value.kind === 'scalar') {
    const job = string(item, reading)
    return job && { job, keys: new Map() }
  }
  const fields = record(item, reading)
  const [first, ...rest] = [...(fields?.all ?? [])]
  if (first === undefined) return fields && nameless(item, reading)
  const [name, field] = first
  if (rest.length > 0) reportSeveral(item, name, rest, reading)
  const job = { value: name, at: field.key }
  const inner = isNothing(field) ? null : record(field, reading)
  if (inner !== null) reportModern(inner, reading)
  return { job, keys: inner?.all ?? new Map() }
}

function nameless(item: Field, { report }: Reading): null {
  report('missing-key', item.key, 'this item names no job', 'Write `- JOB`, or remove it.')
  return null
}

function reportSeveral(
  item: Field,
  name: string,
  rest: readonly (readonly [string, Field])[],
  { report }: Reading,
): void {
  const others = rest.map(([key]) => key)
  const belongs = others.some((key) => invocationKeys.includes(key))
  const message = `one item names one job, this one has several keys: ${listed([name, ...others])}`
  const hint = belongs
    ? `Indent ${listed(others)} further, below ${name}.`
    : 'Begin each job with a dash of its own.'
  report('invocation-keys', rest[0]?.[1].key ?? item.at, message, hint)
}

function reportModern(fields: Fields, { report, version }: Reading): void {
  if (version === '2.1') return
  for (const [key, field] of fields.all)
    if (modern.includes(key))
      report('needs-2.1', field.key, `${key} needs version 2.1`, 'Set `version: 2.1`.')
}

/** `keys` are those of the item with every template filled in, but for steps, matrix and filters. */
export function shapeInvocation(
  job: Located<string>,
  keys: ReadonlyMap<string, Field>,
  reading: Reading,
): Invocation {
  return {
    job,
    name: nameOf(keys.get('name'), reading),
    approval: isApproval(keys.get('type'), reading),
    requires: shapeRequires(keys.get('requires'), reading),
    contexts: contextsOf(keys.get('context'), reading),
    serialGroup: serialGroupOf(keys.get('serial-group'), reading),
    overrideWith: textOf(keys.get('override-with'), reading),
    given: new Map([...keys].filter(([key]) => !invocationKeys.includes(key))),
    incomplete: keys.get('name')?.value.kind === 'unknown',
  }
}

function textOf(field: Field | undefined, reading: Reading): Located<string> | null {
  return field === undefined || isNothing(field) ? null : string(field, reading)
}

function nameOf(field: Field | undefined, reading: Reading): Located<string> | null {
  const name = textOf(field, reading)
  if (name !== null) checkName(name, reading)
  return name
}

const types = ['approval', 'build', 'no-op', 'release', 'lock', 'unlock'] as const

function isApproval(field: Field | undefined, reading: Reading): boolean {
  const type = field && oneOf(field, types, reading)
  if (!type || type.value === 'approval') return type?.value === 'approval'
  const hint = `Declare \`type: ${type.value}\` on the job itself, under \`jobs\`.`
  const message = `only \`type: approval\` can stand in a workflow, this is ${quoted(type.value)}`
  reading.report('job-type', type.at, message, hint)
  return false
}

/** An expression may choose none, with an empty text. */
function contextsOf(field: Field | undefined, reading: Reading): readonly string[] {
  if (field === undefined || isNothing(field)) return []
  const names = listOrOne(field).flatMap((item) => string(item, reading)?.value ?? [])
  return names.filter((name) => name !== '')
}

function serialGroupOf(field: Field | undefined, reading: Reading): string | null {
  const text = textOf(field, reading)
  if (text === null) return null
  if (/^[A-Za-z0-9._/-]{1,512}$/.test(text.value)) return text.value
  const message = `a serial group is 1 to 512 letters, digits, ".", "_", "-" and "/", this is ${quoted(text.value)}`
  reading.report('serial-group', text.at, message)
  return null
}
