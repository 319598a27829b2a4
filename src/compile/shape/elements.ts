import type { Located } from '../read/located.ts'
import { type Field, type Fields, isNothing, type Reading, record } from '../read/reader.ts'
import { checkKeys, type Keys } from './keys.ts'
import { checkName } from './name.ts'
import { type Declarer, type Parameters, shapeParameters } from './parameters.ts'

/** A job, command or executor as declared: its parameters are read, its body is kept for each call. */
export interface Definition {
  readonly kind: 'job' | 'command' | 'executor'
  readonly name: Located<string>
  readonly parameters: Parameters
  readonly field: Field
  /** Null: not even a map, which was reported; or the name of an element of another orb. */
  readonly fields: Fields | null
  /** An element may be the name of an element of an orb. */
  readonly alias: Located<string> | null
}

export type Definitions = ReadonlyMap<string, Definition>

export interface GroupConfig {
  readonly name: Located<string>
  /** Items of its `jobs`. */
  readonly jobs: Field | null
}

/** What a config or an orb declares. */
export interface Elements {
  readonly jobs: Definitions
  readonly commands: Definitions
  readonly executors: Definitions
  readonly groups: ReadonlyMap<string, GroupConfig>
  /** The map of imported orbs, as written. */
  readonly orbs: Field | null
}

export const noElements: Elements = {
  jobs: new Map(),
  commands: new Map(),
  executors: new Map(),
  groups: new Map(),
  orbs: null,
}

/** An element may be the name of one of an imported orb; in an orb, any name. */
export function shapeElements(fields: Fields, inOrb: boolean, reading: Reading): Elements {
  const section = (key: string, kind: Definition['kind']) =>
    definitions(fields.all.get(key), { kind, inOrb }, reading)
  return {
    jobs: section('jobs', 'job'),
    commands: section('commands', 'command'),
    executors: section('executors', 'executor'),
    groups: groupsOf(fields.all.get('job-groups'), reading),
    orbs: sectionOf(fields.all.get('orbs')),
  }
}

const sectionOf = (field: Field | undefined): Field | null =>
  field === undefined || isNothing(field) ? null : field

interface Section {
  readonly kind: Definition['kind']
  readonly inOrb: boolean
}

function definitions(field: Field | undefined, section: Section, reading: Reading): Definitions {
  if (field === undefined || isNothing(field)) return new Map()
  const entries = [...(record(field, reading)?.all ?? [])].map(([name, entry]) => {
    return [name, definition({ value: name, at: entry.key }, entry, section, reading)] as const
  })
  return new Map(entries)
}

function definition(
  name: Located<string>,
  field: Field,
  { kind, inOrb }: Section,
  reading: Reading,
): Definition {
  checkName(name, reading)
  const { value } = field
  const mayBeAlias = value.kind === 'scalar' && value.type === 'string' && reading.version === '2.1'
  if (mayBeAlias && (inOrb || value.text.includes('/'))) {
    const alias = { value: value.text, at: field.at }
    return { kind, name, parameters: new Map(), field, fields: null, alias }
  }
  const fields = record(field, reading)
  if (fields !== null && kind === 'command') checkKeys(fields, commandKeys, reading)
  const declared =
    kind === 'job' && reading.version === '2' ? undefined : fields?.all.get('parameters')
  const parameters = shapeParameters(declared, { of: kind } satisfies Declarer, reading)
  return { kind, name, parameters, field, fields, alias: null }
}

const commandKeys: Keys = {
  of: 'a command',
  accepted: ['steps', 'parameters', 'description'],
}

const groupKeys: Keys = { of: 'a job group', accepted: ['jobs', 'description'] }

function groupsOf(field: Field | undefined, reading: Reading): Elements['groups'] {
  if (field === undefined || isNothing(field)) return new Map()
  const groups = [...(record(field, reading)?.all ?? [])].map(([name, entry]) => {
    const fields = record(entry, reading)
    if (fields !== null) checkKeys(fields, groupKeys, reading)
    const jobs = fields?.all.get('jobs')
    if (fields !== null && sectionOf(jobs) === null)
      reading.report('missing-key', entry.key, `the job group ${name} has no jobs`)
    return [name, { name: { value: name, at: entry.key }, jobs: sectionOf(jobs) }] as const
  })
  return new Map(groups)
}
