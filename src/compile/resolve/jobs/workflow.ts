import type { Located } from '../../read/located.ts'
import { type Field, integer } from '../../read/reader.ts'
import { shapeItem } from '../../shape/invocation.ts'
import { type ScheduleConfig, shapeTriggers } from '../../shape/schedule.ts'
import type { WorkflowConfig } from '../../shape/workflow.ts'
import { condition } from '../../values/condition.ts'
import { filled } from '../calls/body.ts'
import { type Context, inside, pipelineOf, unknowing } from '../context.ts'
import { expandGroup } from './groups.ts'
import type { Group, Instance } from './instance.ts'
import { expandItem } from './item.ts'

/** A workflow whose jobs are expanded and not yet named. */
export interface ExpandedWorkflow {
  readonly name: Located<string>
  readonly gate: Gate
  /** Not null: it runs on these schedules, and on nothing else. */
  readonly schedules: readonly ScheduleConfig[] | null
  readonly maxAutoReruns: number
  readonly instances: readonly Instance[]
  /** Names of jobs in it cannot all be told. */
  readonly incomplete: boolean
}

/** What `when` or `unless` says; without either a workflow is open. */
export interface Gate {
  readonly open: boolean | 'unknown'
  /** Why it is closed, for people. */
  readonly because: string
  /** Of `when` or `unless`. */
  readonly at: Located<unknown>['at'] | null
}

export function expandWorkflow(workflow: WorkflowConfig, context: Context): ExpandedWorkflow {
  const call = { what: 'workflow', name: workflow.name.value, at: workflow.name.at } as const
  const within = inside(context, { ...call, definition: null })
  const gate = gateOf(workflow, within)
  const here = gate.open === true ? within : unknowing(within)
  const instances = workflow.jobs.flatMap((field) => instancesOf(field, here))
  checkGroupNames(instances, here)
  return {
    name: workflow.name,
    gate,
    schedules: schedulesOf(workflow, here),
    maxAutoReruns: autoRerunsOf(workflow.maxAutoReruns, here),
    instances,
    incomplete:
      instances.some(({ invocation }) => invocation.incomplete) || hasUnread(workflow, here),
  }
}

/** Items that cannot be told, or a matrix whose values cannot: what they would be called is not known. */
const hasUnread = ({ jobs }: WorkflowConfig, { known }: Context): boolean =>
  !known && jobs.some(({ value }) => value.templated)

const openGate: Gate = { open: true, because: '', at: null }

function gateOf({ when, unless }: WorkflowConfig, context: Context): Gate {
  const field = when ?? unless
  if (field === null || context.version === '2') return openGate
  const scope = pipelineOf(context, field.value.span)
  const { verdict, because } = condition(field, scope, context.report, { expression: true })
  const open = verdict === 'unknown' ? verdict : verdict === (field === when)
  return { open, because, at: field.key }
}

function instancesOf(field: Field, context: Context): readonly Instance[] {
  const item = shapeItem(field, context)
  if (item === null) return []
  const { groups } = context.world.namespaceOf(item.job.at.span).elements
  const group = groups.get(item.job.value)
  return group === undefined ? expandItem(item, null, context) : expandGroup(item, group, context)
}

/** Two calls of one group would give their jobs the same names. */
function checkGroupNames(instances: readonly Instance[], { report }: Context): void {
  const calls = new Map<string, Group>()
  for (const { inside: group, at } of instances) {
    if (group === null) continue
    const first = calls.get(group.name)
    calls.set(group.name, first ?? group)
    if (first === undefined || first === group) continue
    const message = `the job group ${group.name} is called twice by that name`
    report('job-group', at, message, 'Give each call a `name:` of its own.')
  }
}

function schedulesOf(
  { triggers }: WorkflowConfig,
  context: Context,
): ExpandedWorkflow['schedules'] {
  if (triggers === null) return null
  const scope = pipelineOf(context, triggers.value.span)
  return shapeTriggers(filled(triggers, scope, context), context)
}

const mostAutoReruns = 5

function autoRerunsOf(field: Field | null, context: Context): number {
  if (field === null) return 0
  const scope = pipelineOf(context, field.value.span)
  const times = integer(filled(field, scope, context), context)
  if (times === null) return 0
  if (times.value >= 1 && times.value <= mostAutoReruns) return times.value
  const bound =
    times.value < 1 ? 'greater than or equal to 1' : `less than or equal to ${mostAutoReruns}`
  context.report(
    'max-auto-reruns',
    times.at,
    `max_auto_reruns must be ${bound}, this is ${times.value}`,
  )
  return 0
}
