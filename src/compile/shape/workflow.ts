import type { Located, Place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import { type Field, isNothing, list, type Reading, record } from '../read/reader.ts'
import { checkKeys, type Keys } from './keys.ts'
import { checkName } from './name.ts'

/** A workflow as written; what it holds is read when its values are known. */
export interface WorkflowConfig {
  readonly name: Located<string>
  /** Items of `jobs`. */
  readonly jobs: readonly Field[]
  readonly when: Field | null
  readonly unless: Field | null
  /** Not null: it runs on its schedules, and on nothing else. */
  readonly triggers: Field | null
  readonly maxAutoReruns: Field | null
}

const keys: Keys = {
  of: 'a workflow',
  accepted: ['jobs', 'description', 'when', 'unless', 'triggers', 'max_auto_reruns'],
  modern: ['when', 'unless'],
}

export function shapeWorkflows(field: Field, reading: Reading): readonly WorkflowConfig[] | null {
  if (isNothing(field)) return null
  const fields = record(field, reading)
  const entries = [...(fields?.all ?? [])]
  const version = fields?.all.get('version')
  if (reading.version === '2.1' && version !== undefined && version.value.kind !== 'map')
    reading.report('workflows-version', version.key, '`workflows.version` is not needed in 2.1')
  if (reading.version === '2' && fields !== null && version === undefined)
    reading.report('workflows-version', fields.at, 'CircleCI wants `version: 2` under `workflows`')
  const workflows = entries
    .filter(([name, entry]) => name !== 'version' || entry.value.kind === 'map')
    .map(([name, entry]) => shapeWorkflow({ value: name, at: entry.key }, entry, reading))
  return workflows.length === 0 && fields !== null ? null : workflows
}

function shapeWorkflow(name: Located<string>, field: Field, reading: Reading): WorkflowConfig {
  checkName(name, reading)
  if (isNothing(field)) return emptyWorkflow(name, field.key, reading)
  const fields = record(field, reading)
  if (fields === null) return nothingIn(name)
  checkKeys(fields, keys, reading)
  const part = (key: string): Field | null => {
    const found = fields.all.get(key)
    return found === undefined || isNothing(found) ? null : found
  }
  const jobs = part('jobs')
  if (jobs === null || isEmptyList(jobs))
    emptyWorkflow(name, fields.all.get('jobs')?.key ?? name.at, reading)
  const when = part('when')
  const unless = part('unless')
  if (when !== null && unless !== null) {
    const message = `the workflow ${quoted(name.value)} has both when and unless`
    reading.report('when-and-unless', unless.key, message, 'Join them: `and: [a, { not: b }]`.')
  }
  return {
    name,
    jobs: (jobs && list(jobs, reading)) ?? [],
    when,
    unless,
    triggers: part('triggers'),
    maxAutoReruns: part('max_auto_reruns'),
  }
}

const isEmptyList = ({ value }: Field): boolean => value.kind === 'list' && value.items.length === 0

function emptyWorkflow(name: Located<string>, at: Place, { report }: Reading): WorkflowConfig {
  const message = `the workflow ${quoted(name.value)} has no jobs`
  report('empty-workflow', at, message, 'List its jobs under `jobs:`, or remove it.')
  return nothingIn(name)
}

const nothingIn = (name: Located<string>): WorkflowConfig => ({
  name,
  jobs: [],
  when: null,
  unless: null,
  triggers: null,
  maxAutoReruns: null,
})
