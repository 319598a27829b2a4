import type { Located, Place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import { type Field, isNothing, list, type Reading, record } from '../read/reader.ts'
import { type Invocation, shapeInvocation } from './invocation.ts'
import { checkKeys, type Keys } from './keys.ts'
import { checkName } from './name.ts'

export interface WorkflowConfig {
  readonly name: Located<string>
  readonly jobs: readonly Invocation[]
  /** Runs on its schedule, and on nothing else. */
  readonly scheduled: boolean
}

const keys: Keys = {
  of: 'a workflow',
  accepted: ['jobs', 'description'],
  later: ['when', 'unless', 'triggers', 'max_auto_reruns'],
  modern: ['when', 'unless'],
}

export function shapeWorkflows(field: Field, reading: Reading): readonly WorkflowConfig[] | null {
  if (isNothing(field)) return null
  const fields = record(field, reading)
  const entries = [...(fields?.all ?? [])]
  const version = fields?.all.get('version')
  if (reading.version === '2.1' && version !== undefined)
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
  if (fields === null) return { name, jobs: [], scheduled: false }
  checkKeys(fields, keys, reading)
  const scheduled = fields.all.has('triggers')
  const jobs = fields.all.get('jobs')
  if (jobs === undefined || isNothing(jobs) || isEmptyList(jobs))
    return { ...emptyWorkflow(name, jobs?.key ?? name.at, reading), scheduled }
  const invocations = list(jobs, reading)?.flatMap((item) => shapeInvocation(item, reading) ?? [])
  return { name, jobs: invocations ?? [], scheduled }
}

const isEmptyList = ({ value }: Field): boolean => value.kind === 'list' && value.items.length === 0

function emptyWorkflow(name: Located<string>, at: Place, { report }: Reading): WorkflowConfig {
  const message = `the workflow ${quoted(name.value)} has no jobs`
  report('empty-workflow', at, message, 'List its jobs under `jobs:`, or remove it.')
  return { name, jobs: [], scheduled: false }
}
