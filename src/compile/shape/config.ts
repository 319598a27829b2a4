import type { Located, Node, Place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import {
  type Field,
  type Fields,
  isNothing,
  type Reading,
  record,
  rootField,
  string,
} from '../read/reader.ts'
import { didYouMean } from '../read/suggest.ts'
import type { Version } from '../read/template.ts'
import type { Report } from '../report.ts'
import { type JobConfig, shapeJobs } from './job.ts'
import { comesLater, notYet } from './keys.ts'
import { shapeWorkflows, type WorkflowConfig } from './workflow.ts'

/** What was written, key by key, with places; nothing resolved yet. */
export interface Config {
  readonly version: Version
  readonly at: Place
  readonly jobs: ReadonlyMap<string, JobConfig>
  /** Null: the file has none, and a job named `build` makes an implicit one. */
  readonly workflows: readonly WorkflowConfig[] | null
  /** Jobs, commands and executors may come from sections that are not supported yet. */
  readonly incomplete: boolean
}

const later = ['setup', 'orbs', 'commands', 'executors', 'parameters', 'job-groups'] as const
const known: readonly string[] = ['version', 'jobs', 'workflows', 'description', ...later]

/** Pass 2: located values → Config. Null when the document is not a map. */
export function shape(root: Node, report: Report): Config | null {
  const field = rootField(root)
  // Every text is read as plain until the version is known.
  const fields = record(field, { report, version: '2' })
  return fields && configOf(fields, report)
}

function configOf(fields: Fields, report: Report): Config {
  const version = versionOf(fields, report)
  const reading = { report, version }
  const workflows = fields.all.get('workflows')
  const incomplete = reportTopLevel(fields, reading)
  return {
    version,
    at: fields.at,
    jobs: shapeJobs(fields.all.get('jobs'), { ...reading, incomplete }),
    workflows: workflows === undefined ? null : shapeWorkflows(workflows, reading),
    incomplete,
  }
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

/** True when a section was reported that would have brought more names with it. */
function reportTopLevel(fields: Fields, reading: Reading): boolean {
  const asked = later.filter((key) => reportLater(fields.all.get(key), key, reading))
  for (const [key, field] of fields.all)
    if (!known.includes(key)) reportUnknown(field, key, reading)
  return asked.length > 0
}

function reportLater(field: Field | undefined, key: string, { report, version }: Reading): boolean {
  if (field === undefined || isNothing(field) || isEmpty(field)) return false
  if (
    key === 'setup' &&
    field.value.kind === 'scalar' &&
    /^(no|off|false)$/i.test(field.value.text)
  )
    return false
  if (version === '2')
    report('needs-2.1', field.key, `${key} needs version 2.1`, 'Set `version: 2.1`.')
  else report('unsupported', field.key, `${key} ${notYet}`, comesLater)
  return true
}

const isEmpty = ({ value }: Field): boolean =>
  (value.kind === 'map' && value.entries.size === 0) ||
  (value.kind === 'list' && value.items.length === 0)

function reportUnknown(field: Field, key: string, { report }: Reading): void {
  const message = `the top-level key ${quoted(key)} is ignored`
  report('unknown-top-level-key', field.key, message, didYouMean(key, known))
}
