import type { Place } from '../../read/located.ts'
import { type Field, isNothing } from '../../read/reader.ts'
import type { Definition } from '../../shape/elements.ts'
import {
  type Invocation,
  type Item,
  invocationKeys,
  shapeInvocation,
} from '../../shape/invocation.ts'
import type { JobConfig } from '../../shape/job.ts'
import { type Scope, withNames } from '../../values/scope.ts'
import { bindArguments } from '../calls/arguments.ts'
import { filled } from '../calls/body.ts'
import { type ExtraSteps, expandJob } from '../calls/job.ts'
import { type Context, inside, pipelineOf } from '../context.ts'
import { afford } from '../memory.ts'
import { type Lookup, lookUp, reportMissing } from '../orbs/namespace.ts'
import { filtersOf } from './filters.ts'
import type { Group, Instance } from './instance.ts'
import { type Combination, expandMatrix, suffixOf } from './matrix.ts'

/** An item of a workflow's jobs as the jobs it stands for: one, or one for each combination of its matrix. */
export function expandItem(item: Item, group: Group | null, context: Context): readonly Instance[] {
  const pipeline = pipelineOf(context, item.job.at.span)
  const field = item.keys.get('matrix')
  if (field === undefined || isNothing(field) || context.version === '2')
    return instanceOf({ item, group, scope: pipeline, matrix: null, alias: null }, context)
  const matrix = expandMatrix(filled(field, pipeline, context), context)
  const alias = matrix.alias ?? item.job.value
  if (matrix.combinations.length === 0) return [emptied(item, alias, group, field.key)]
  return matrix.combinations.flatMap((combination) => {
    const scope = withNames(pipeline, 'matrix', combination, `the matrix of ${item.job.value}`)
    return instanceOf({ item, group, scope, matrix: combination, alias }, context)
  })
}

/** Stands for a matrix of which nothing is left: whoever requires it takes it for filtered out. */
const emptied = (item: Item, alias: string, group: Group | null, at: Place): Instance => ({
  invocation: {
    job: item.job,
    name: null,
    approval: false,
    requires: [],
    contexts: [],
    serialGroup: null,
    overrideWith: null,
    given: new Map(),
    incomplete: false,
  },
  at: item.job.at,
  type: 'no-op',
  wanted: alias,
  alias: null,
  matrix: null,
  filters: {
    kind: 'expression',
    at,
    verdict: false,
    because: 'its matrix has no combination left',
  },
  body: null,
  inside: group,
  visibleIn: group,
})

interface Part {
  readonly item: Item
  readonly group: Group | null
  /** The names that its keys can use. */
  readonly scope: Scope
  readonly matrix: Combination | null
  readonly alias: string | null
}

/** Not filled with the rest: steps are filled one by one, and a filter may be an expression. */
const left = ['matrix', 'pre-steps', 'post-steps', 'filters']

function instanceOf(part: Part, context: Context): readonly Instance[] {
  const { item, scope, matrix } = part
  if (!afford(context.world.memory, item.job.at)) return []
  const keys = new Map(
    [...item.keys]
      .filter(([key]) => !left.includes(key))
      .map(([key, field]) => [key, filled(field, scope, context)]),
  )
  const invocation = shapeInvocation(item.job, keys, context)
  const filters = filtersOf(item.keys.get('filters'), scope, context)
  const name = invocation.name?.value ?? `${item.job.value}${matrix ? suffixOf(matrix) : ''}`
  const target = targetOf(invocation, context)
  const call = { what: 'job', name: item.job.value, at: item.job.at } as const
  const within = inside(context, { ...call, definition: definitionOf(target) })
  if (invocation.approval) reportApprovalSteps(item, context)
  const work = invocation.approval ? approval : workOf(target, invocation, part, within)
  const at = invocation.name?.at ?? item.job.at
  const common = { invocation, at: item.job.at, wanted: name, alias: part.alias, matrix, filters }
  checkName(name, at, context)
  return [{ ...common, ...work, inside: part.group, visibleIn: part.group }]
}

/** Names that only a matrix made can be too long for a check. */
function checkName(name: string, at: Place, { report }: Context): void {
  if (name.length > 200)
    report('bad-name', at, `a name has at most 200 characters, this has ${name.length}`)
}

type Target = Lookup | { readonly kind: 'none' }

/** What the item runs: a job of an orb in its place, where `override-with` names one that exists. */
function targetOf({ job, approval: waits, overrideWith }: Invocation, context: Context): Target {
  if (waits) return { kind: 'none' }
  const from = context.world.namespaceOf(job.at.span)
  const other = overrideWith && lookUp('job', overrideWith.value, from)
  const lookup = lookUp('job', job.value, from)
  if (other && other.kind !== 'missing') {
    // Its own body is never run, and need not be able to.
    if (lookup.kind === 'found') context.world.memory.visited.add(lookup.definition)
    return other
  }
  if (lookup.kind === 'missing') reportMissing('job', job, from, context.report)
  return lookup
}

const definitionOf = (target: Target): Definition | null =>
  target.kind === 'found' ? target.definition : null

type Work = Pick<Instance, 'type' | 'body'>

/** Nothing runs where an approval waits. */
function reportApprovalSteps({ keys }: Item, { report }: Context): void {
  for (const key of ['pre-steps', 'post-steps']) {
    const field = keys.get(key)
    if (field !== undefined && !isNothing(field))
      report('ignored-key', field.key, `${key} has no effect on an approval, which runs nothing`)
  }
}

const approval: Work = { type: 'approval', body: null }

function workOf(target: Target, invocation: Invocation, part: Part, context: Context): Work {
  const { item, matrix, scope } = part
  if (target.kind !== 'found')
    return { type: target.kind === 'opaque' ? 'orb' : 'unknown', body: null }
  const given = new Map([...matrixGiven(item, matrix), ...invocation.given])
  const call = { definition: target.definition, given, at: item.job.at, otherKeys: invocationKeys }
  const values = bindArguments(call, context)
  if (!context.known && !context.world.thorough)
    return { type: writtenType(target.definition), body: null }
  const body = expandJob(target.definition, values, extraSteps(item, scope), context)
  return { type: body?.type ?? 'build', body }
}

/** Each value of a combination as an argument, in the place where the matrix lists it. */
function* matrixGiven(item: Item, matrix: Combination | null): Generator<[string, Field]> {
  const path = `${item.job.at.path}.matrix`
  for (const [name, value] of matrix ?? []) {
    const at = { span: value.span, path: `${path}.${name}` }
    yield [name, { value, at, key: at }]
  }
}

function extraSteps({ keys }: Item, scope: Scope): ExtraSteps | null {
  const before = stepsIn(keys.get('pre-steps'))
  const after = stepsIn(keys.get('post-steps'))
  return before === null && after === null ? null : { before, after, scope }
}

const stepsIn = (field: Field | undefined): Field | null =>
  field === undefined || isNothing(field) ? null : field

const writtenTypes: readonly JobConfig['type'][] = [
  'build',
  'approval',
  'no-op',
  'release',
  'lock',
  'unlock',
]

/** The type of a job that is not expanded, as far as it is written plainly. */
function writtenType({ fields }: Definition): JobConfig['type'] {
  const node = fields?.all.get('type')?.value
  const text = node?.kind === 'scalar' ? node.text : 'build'
  return writtenTypes.find((type) => type === text) ?? 'build'
}
