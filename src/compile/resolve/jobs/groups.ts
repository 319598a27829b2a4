import { endStatuses } from '../../../model/run.ts'
import type { Place } from '../../read/located.ts'
import { quoted } from '../../read/quoted.ts'
import { list } from '../../read/reader.ts'
import { listed } from '../../read/suggest.ts'
import type { GroupConfig } from '../../shape/elements.ts'
import type { FiltersConfig } from '../../shape/filters.ts'
import { type Invocation, type Item, shapeInvocation, shapeItem } from '../../shape/invocation.ts'
import type { RequirementConfig } from '../../shape/requires.ts'
import { filled } from '../calls/body.ts'
import { type Context, pipelineOf } from '../context.ts'
import { filtersOf } from './filters.ts'
import type { Group, Instance } from './instance.ts'
import { expandItem } from './item.ts'

const groupKeys = ['name', 'requires', 'filters', 'serial-group']

/**
 * A call of a job group: its jobs stand between an entry, which has the requirements, filters and serial
 * group of the call, and an exit, which others mean when they require the group. Jobs of the group are
 * called after the call when that has a name of its own.
 */
export function expandGroup(
  item: Item,
  config: GroupConfig,
  context: Context,
): readonly Instance[] {
  checkCall(item, config, context)
  const scope = pipelineOf(context, item.job.at.span)
  const keys = new Map(
    [...item.keys]
      .filter(([key]) => groupKeys.includes(key) && key !== 'filters')
      .map(([key, field]) => [key, filled(field, scope, context)]),
  )
  const call = shapeInvocation(item.job, keys, context)
  const group: Group = { name: call.name?.value ?? item.job.value }
  const members = membersOf(config, group, context)
  const filters = filtersOf(item.keys.get('filters'), scope, context)
  const renamed = call.name === null ? members : members.map((one) => prefixed(one, group))
  return [
    entry(call, group, filters),
    ...renamed.map((member) => behindEntry(member, group)),
    ...exits(call, group, renamed),
  ]
}

function membersOf(config: GroupConfig, group: Group, context: Context): readonly Instance[] {
  const items = (config.jobs && list(config.jobs, context)) ?? []
  return items.flatMap((field) => {
    const item = shapeItem(field, context)
    if (item === null) return []
    const from = context.world.namespaceOf(item.job.at.span)
    if (from.elements.groups.has(item.job.value)) {
      const message = `the job group ${config.name.value} holds another one, ${item.job.value}`
      context.report('job-group', item.job.at, message, 'Job groups cannot be nested.')
      return []
    }
    const serial = item.keys.get('serial-group')
    if (serial !== undefined)
      context.report(
        'job-group',
        serial.key,
        'a job in a group cannot have a serial-group of its own',
      )
    return expandItem(item, group, context)
  })
}

/** What a call of a group may say. */
function checkCall({ keys }: Item, { name }: GroupConfig, { report }: Context): void {
  for (const [key, field] of keys) {
    if (groupKeys.includes(key)) continue
    const message = `${quoted(key)} cannot be said of the job group ${name.value}`
    report('job-group', field.key, message, `A call of a group takes ${listed(groupKeys)}.`)
  }
}

/** Entry and exit of a group run nothing and take no time. */
function boundary(call: Invocation, group: Group, part: 'start' | 'end' | 'unlock'): Instance {
  return {
    invocation: { ...call, given: new Map(), contexts: [], requires: [], serialGroup: null },
    at: call.job.at,
    type: part === 'unlock' ? 'unlock' : 'no-op',
    wanted: part === 'end' ? group.name : `${group.name}/${part}`,
    alias: null,
    matrix: null,
    filters: null,
    body: null,
    inside: part === 'start' ? null : group,
    visibleIn: part === 'end' ? null : group,
  }
}

function entry(call: Invocation, group: Group, filters: FiltersConfig | null): Instance {
  const start = boundary(call, group, 'start')
  const { requires, serialGroup } = call
  const type = serialGroup === null ? 'no-op' : 'lock'
  return { ...start, type, filters, invocation: { ...start.invocation, requires, serialGroup } }
}

/** The exit waits for every job of the group; what was locked is unlocked however they ended. */
function exits(call: Invocation, group: Group, members: readonly Instance[]): readonly Instance[] {
  const names = [...new Set(members.map(({ wanted }) => wanted))]
  const requires = names.map((name) => after(name, call.job.at))
  const end = withRequires(boundary(call, group, 'end'), requires)
  const { serialGroup } = call
  if (serialGroup === null) return [end]
  const always = requires.map((one) => ({ ...one, statuses: endStatuses }))
  const unlock = withRequires(boundary(call, group, 'unlock'), always)
  return [end, { ...unlock, invocation: { ...unlock.invocation, serialGroup } }]
}

/** Jobs of a group that require nothing wait for its entry. */
function behindEntry(member: Instance, group: Group): Instance {
  if (member.invocation.requires.length > 0) return member
  return withRequires(member, [after(`${group.name}/start`, member.at)])
}

const after = (job: string, at: Place): RequirementConfig => ({
  job: { value: job, at },
  statuses: ['success'],
})

const withRequires = (one: Instance, requires: readonly RequirementConfig[]): Instance => ({
  ...one,
  invocation: { ...one.invocation, requires },
})

/** Jobs of a call that has a name of its own are called after it. */
function prefixed(member: Instance, { name }: Group): Instance {
  const requires = member.invocation.requires.map((one) => ({
    ...one,
    job: { ...one.job, value: `${name}-${one.job.value}` },
  }))
  const alias = member.alias === null ? null : `${name}-${member.alias}`
  return { ...withRequires(member, requires), wanted: `${name}-${member.wanted}`, alias }
}
