import type { Located, Node, Place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import {
  boolean,
  type Field,
  type Fields,
  isNothing,
  type Reading,
  record,
  rootField,
  string,
  type Version,
} from '../read/reader.ts'
import { didYouMean } from '../read/suggest.ts'
import type { Report } from '../report.ts'
import { type Elements, shapeElements } from './elements.ts'
import { type Parameters, shapeParameters } from './parameters.ts'
import { shapeWorkflows, type WorkflowConfig } from './workflow.ts'

/** What was declared, with places; bodies are read when something calls them. */
export interface Config {
  readonly version: Version
  readonly at: Place
  /** Where `setup: true` stands, if it does. */
  readonly setup: Place | null
  /** Of the pipeline. */
  readonly parameters: Parameters
  readonly elements: Elements
  /** Null: the file has none, and a job named `build` makes an implicit one. */
  readonly workflows: readonly WorkflowConfig[] | null
}

const modern = ['setup', 'orbs', 'commands', 'executors', 'parameters', 'job-groups']
const ancient = ['version', 'jobs', 'workflows', 'description', 'display', 'examples']
const known: readonly string[] = [...ancient, ...modern]

/** Pass 2: located values → Config. Null when the document is not a map. */
export function shape(root: Node, report: Report): Config | null {
  // Until the version is known nothing is read that depends on it.
  const fields = record(rootField(root), { report, version: '2' })
  return fields && configOf(fields, report)
}

function configOf(fields: Fields, report: Report): Config {
  const version = versionOf(fields, report)
  const reading = { report, version }
  reportTopLevel(fields, reading)
  const workflows = fields.all.get('workflows')
  return {
    version,
    at: fields.at,
    setup: setupOf(fields.all.get('setup'), reading),
    parameters: shapeParameters(fields.all.get('parameters'), { of: 'pipeline' }, reading),
    elements: shapeElements(fields, false, reading),
    workflows: workflows === undefined ? null : shapeWorkflows(workflows, reading),
  }
}

function setupOf(field: Field | undefined, reading: Reading): Place | null {
  if (field === undefined || isNothing(field)) return null
  return boolean(field, reading)?.value === true ? field.key : null
}

function versionOf(fields: Fields, report: Report): Version {
  const field = fields.all.get('version')
  const written = versionText(field, fields, report)
  if (written === null) return '2.1'
  if (written.value === '2' || written.value === '2.0') return '2'
  if (written.value !== '2.1') {
    const message = `version ${quoted(written.value)} does not exist`
    report('version', written.at, message, 'Accepted: 2, 2.0 and 2.1.')
  }
  return '2.1'
}

function versionText(
  field: Field | undefined,
  fields: Fields,
  report: Report,
): Located<string> | null {
  if (field !== undefined && !isNothing(field)) return string(field, { report, version: '2' })
  const hint = 'Begin the file with `version: 2.1` (2 and 2.0 are accepted too).'
  report('version', field?.key ?? fields.at, 'version is missing', hint)
  return null
}

function reportTopLevel(fields: Fields, reading: Reading): void {
  for (const [key, field] of fields.all)
    if (!known.includes(key)) reportUnknown(field, key, reading)
    else if (reading.version === '2' && modern.includes(key) && !saysNothing(key, field))
      reading.report('needs-2.1', field.key, `${key} needs version 2.1`, 'Set `version: 2.1`.')
}

const saysNothing = (key: string, field: Field): boolean =>
  isNothing(field) ||
  (field.value.kind === 'map' && field.value.entries.size === 0) ||
  (key === 'setup' && field.value.kind === 'scalar' && /^(no|off|false)$/i.test(field.value.text))

function reportUnknown(field: Field, key: string, { report }: Reading): void {
  const message = `the top-level key ${quoted(key)} is ignored`
  report('unknown-top-level-key', field.key, message, didYouMean(key, known))
}
