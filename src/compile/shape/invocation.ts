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
import { type FiltersConfig, shapeFilters } from './filters.ts'
import { comesLater, notYet } from './keys.ts'
import { checkName } from './name.ts'
import { type RequirementConfig, shapeRequires } from './requires.ts'

/** A job in a workflow, as written. */
export interface Invocation {
  /** The key under `jobs`. */
  readonly job: Located<string>
  /** What it is called here, where that was said. */
  readonly name: Located<string> | null
  readonly approval: boolean
  readonly requires: readonly RequirementConfig[]
  readonly contexts: readonly string[]
  readonly filters: FiltersConfig | null
  /** Keys that are no keys of an invocation: arguments for the job. */
  readonly arguments: readonly Located<string>[]
  /** Stands for jobs, under names, that this version does not know. */
  readonly incomplete: boolean
}

const accepted = ['requires', 'name', 'context', 'type', 'filters']
const later = ['matrix', 'pre-steps', 'post-steps', 'serial-group', 'override-with']
const modern = ['name', 'matrix', 'pre-steps', 'post-steps', 'override-with']
export const invocationKeys: readonly string[] = [...accepted, ...later]

/** `- job`, `- job:` or `- job:` with keys below it. */
export function shapeInvocation(item: Field, reading: Reading): Invocation | null {
  if (item.value.kind === 'scalar') {
    const job = string(item, reading)
    return job && plainInvocation(job)
  }
  const fields = record(item, reading)
  const [first, ...rest] = [...(fields?.all ?? [])]
  if (first === undefined) return null
  const [name, field] = first
  if (rest.length > 0) reportSeveral(item, name, rest, reading)
  const job = { value: name, at: field.key }
  return isNothing(field)
    ? plainInvocation(job)
    : invocationOf(job, record(field, reading), reading)
}

function plainInvocation(job: Located<string>): Invocation {
  const nothing = { requires: [], contexts: [], arguments: [], incomplete: false }
  return { job, name: null, approval: false, filters: null, ...nothing }
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

function invocationOf(
  job: Located<string>,
  fields: Fields | null,
  reading: Reading,
): Invocation | null {
  if (fields === null) return null
  const { all } = fields
  reportKeys(fields, reading)
  return {
    job,
    name: nameOf(all.get('name'), reading),
    approval: isApproval(all.get('type'), reading),
    requires: shapeRequires(all.get('requires'), reading),
    contexts: contextsOf(all.get('context'), reading),
    filters: shapeFilters(all.get('filters'), reading),
    arguments: [...all]
      .filter(([key]) => !invocationKeys.includes(key))
      .map(([key, field]) => ({ value: key, at: field.key })),
    incomplete: all.has('matrix'),
  }
}

function reportKeys(fields: Fields, { report, version }: Reading): void {
  for (const [key, field] of fields.all) {
    if (version === '2' && modern.includes(key))
      report('needs-2.1', field.key, `${key} needs version 2.1`, 'Set `version: 2.1`.')
    else if (later.includes(key))
      report('unsupported', field.key, `${key} in a workflow ${notYet}`, comesLater)
  }
}

function nameOf(field: Field | undefined, reading: Reading): Located<string> | null {
  const name = field === undefined || isNothing(field) ? null : string(field, reading)
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

function contextsOf(field: Field | undefined, reading: Reading): readonly string[] {
  if (field === undefined || isNothing(field)) return []
  return listOrOne(field).flatMap((item) => string(item, reading)?.value ?? [])
}
