import { type EndStatus, endStatuses } from '../../model/run.ts'
import type { Located } from '../read/located.ts'
import {
  type Field,
  isNothing,
  lastKey,
  listOrOne,
  oneOf,
  type Reading,
  record,
  string,
} from '../read/reader.ts'
import { listed } from '../read/suggest.ts'

export interface RequirementConfig {
  readonly job: Located<string>
  /** How the job may end so that the requirement is met. */
  readonly statuses: readonly EndStatus[]
}

/** A list (or one item) of `name`, `name: status` or `name: [statuses]`. */
export function shapeRequires(
  field: Field | undefined,
  reading: Reading,
): readonly RequirementConfig[] {
  if (field === undefined || isNothing(field)) return []
  return listOrOne(field).flatMap((item) => requirementsOf(item, reading))
}

function requirementsOf(item: Field, reading: Reading): readonly RequirementConfig[] {
  if (item.value.kind !== 'map') {
    const job = string(item, reading)
    return job ? [{ job, statuses: ['success'] }] : []
  }
  const names = [...(record(item, reading)?.all ?? [])]
  if (names.length > 1) {
    const message = `${lastKey(item)} names several jobs: ${listed(names.map(([name]) => name))}`
    reading.report('wrong-type', item.at, message, 'Begin each with a dash of its own.')
  }
  return names.map(([name, field]) => {
    return { job: { value: name, at: field.key }, statuses: statusesOf(field, reading) }
  })
}

const words = [...endStatuses, 'terminal'] as const

function statusesOf(field: Field, reading: Reading): readonly EndStatus[] {
  if (isNothing(field)) return ['success']
  const named = listOrOne(field).flatMap((item) => oneOf(item, words, reading)?.value ?? [])
  if (named.includes('terminal')) return endStatuses
  const statuses = endStatuses.filter((status) => named.includes(status))
  if (statuses.length === endStatuses.length)
    reading.report('all-statuses', field.key, 'all five statuses together are called `terminal`')
  return statuses.length === 0 ? ['success'] : statuses
}
