import type { Located, Node, Place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import {
  type Field,
  type Fields,
  isNothing,
  list,
  oneOf,
  type Reading,
  record,
} from '../read/reader.ts'
import { listed } from '../read/suggest.ts'
import { checkKeys, type Keys } from './keys.ts'

export const parameterTypes = [
  'string',
  'boolean',
  'integer',
  'enum',
  'executor',
  'steps',
  'env_var_name',
] as const
export type ParameterType = (typeof parameterTypes)[number]

/** One entry of `parameters`: what may be given, and what holds when nothing is. */
export interface ParameterConfig {
  readonly name: Located<string>
  /** Null: none that exists, which was reported; anything may then be given. */
  readonly type: ParameterType | null
  /** Null: it must be given. */
  readonly default: Field | null
  /** What an `enum` may be; null for other types. */
  readonly choices: readonly Node[] | null
}

export type Parameters = ReadonlyMap<string, ParameterConfig>

/** What declares parameters: each kind of element may use some types, and keeps some names for itself. */
export interface Declarer {
  readonly of: 'pipeline' | 'job' | 'command' | 'executor'
}

const typesOf: Readonly<Record<Declarer['of'], readonly ParameterType[]>> = {
  pipeline: ['string', 'boolean', 'integer', 'enum'],
  job: parameterTypes,
  command: parameterTypes,
  executor: ['string', 'boolean', 'integer', 'enum', 'env_var_name'],
}

/** Keys of a job in a workflow, which therefore cannot be arguments. */
const reserved = [
  'name',
  'requires',
  'context',
  'type',
  'filters',
  'matrix',
  'pre-steps',
  'post-steps',
  'serial-group',
  'override-with',
]

const keys: Keys = {
  of: 'a parameter',
  accepted: ['type', 'default', 'description', 'enum'],
}

/** The `parameters` section of a pipeline, job, command or executor. */
export function shapeParameters(
  field: Field | undefined,
  declarer: Declarer,
  reading: Reading,
): Parameters {
  if (field === undefined || isNothing(field)) return new Map()
  const declared = [...(record(field, reading)?.all ?? [])].map(([name, one]) => {
    const located = { value: name, at: one.key }
    checkParameterName(located, declarer, reading)
    return [name, shapeParameter(located, one, declarer, reading)] as const
  })
  return new Map(declared)
}

function checkParameterName({ value, at }: Located<string>, { of }: Declarer, reading: Reading) {
  if (of === 'job' && reserved.includes(value)) {
    const message = `a parameter of a job cannot be named ${value}: a workflow says ${value} of any job`
    reading.report('reserved-parameter', at, message, `Reserved: ${listed(reserved)}.`)
  } else if (!/^[A-Za-z_][\w.-]*$/.test(value) || value.includes('..')) {
    const message = `${quoted(value)} cannot be the name of a parameter`
    const hint = 'Begin with a letter; then letters, digits, _ and - may follow.'
    reading.report('bad-name', at, message, hint)
  }
}

function shapeParameter(
  name: Located<string>,
  field: Field,
  declarer: Declarer,
  reading: Reading,
): ParameterConfig {
  const fields = isNothing(field) ? null : record(field, reading)
  if (fields === null) {
    if (isNothing(field)) missingType(name, field.key, reading)
    return { name, type: null, default: null, choices: null }
  }
  checkKeys(fields, keys, reading)
  const type = typeOf(name, fields, declarer, reading)
  return {
    name,
    type,
    default: defaultOf(name, fields, declarer, reading),
    choices: choicesOf(name, type, fields, reading),
  }
}

function typeOf(name: Located<string>, fields: Fields, { of }: Declarer, reading: Reading) {
  const field = fields.all.get('type')
  if (field === undefined || isNothing(field)) return missingType(name, fields.at, reading)
  const type = oneOf(field, parameterTypes, reading)
  if (type === null || typesOf[of].includes(type.value)) return type?.value ?? null
  const message = `a parameter of ${of === 'executor' ? 'an' : 'a'} ${of} cannot be of type ${type.value}`
  reading.report('bad-value', type.at, message, `Types there: ${listed(typesOf[of])}.`)
  return null
}

function missingType({ value }: Located<string>, at: Place, { report }: Reading): null {
  const message = `the parameter ${value} does not say its type`
  report('missing-key', at, message, `Add \`type:\`, one of ${listed(parameterTypes)}.`)
  return null
}

function defaultOf(
  { value }: Located<string>,
  fields: Fields,
  { of }: Declarer,
  { report }: Reading,
): Field | null {
  const field = fields.all.get('default')
  if (field !== undefined && !isNothing(field)) return field
  if (of === 'pipeline') {
    const message = `the pipeline parameter ${value} has no default`
    const hint = 'A push gives no parameters: add `default:`.'
    report('missing-key', field?.key ?? fields.at, message, hint)
  }
  return null
}

function choicesOf(
  { value }: Located<string>,
  type: ParameterType | null,
  fields: Fields,
  reading: Reading,
): readonly Node[] | null {
  const field = fields.all.get('enum')
  if (type !== 'enum') {
    if (field !== undefined && type !== null)
      reading.report('unknown-key', field.key, `\`enum\` goes with \`type: enum\`, this is ${type}`)
    return null
  }
  const items = field === undefined || isNothing(field) ? [] : list(field, reading)
  if (items?.length === 0) {
    const message = `the parameter ${value} does not list what it may be`
    reading.report('missing-key', field?.key ?? fields.at, message, 'Add `enum: [one, two]`.')
  }
  return items?.map((item) => item.value) ?? null
}
