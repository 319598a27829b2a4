import type { EventFacts, Scalar } from '../../model/trigger.ts'
import type { Regex } from '../../ports/regex.ts'
import { eventValues, refValues, type TriggerFacts, type Values } from '../facts.ts'
import type { Node } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import { didYouMean } from '../read/suggest.ts'
import { type PipelineValue, pipelineValues } from './pipeline-values.ts'
import { type Budget, type Found, type Missing, type Scope, undeclared } from './scope.ts'

export interface PipelineScopeOptions {
  readonly regex: Regex
  readonly budget?: Budget | undefined
  /** The text of the config. */
  readonly source?: string | undefined
  /** No event is at hand: its values exist and are not known. */
  readonly eventUnknown?: boolean
  /** Parameters are not known either. */
  readonly allUnknown?: boolean
  /** False inside orbs, which cannot see the parameters of pipelines. */
  readonly withParameters: boolean
}

const parameterPrefix = 'pipeline.parameters.'

/**
 * The names `pipeline.*`: values of the event, and the pipeline's parameters (by their bare names). A
 * value that this event does not have is missing, as in CircleCI; what exists and is empty is `""`.
 */
export function pipelineScope(
  facts: TriggerFacts,
  parameters: ReadonlyMap<string, Node | 'unknown'>,
  options: PipelineScopeOptions,
): Scope {
  const known = options.withParameters
    ? [...parameters.keys()].map((name) => parameterPrefix + name)
    : []
  const implied: Values = { ...eventValues(facts.event), ...refValues(facts.ref) }
  const given = { ...facts, values: { ...implied, ...facts.values } }
  return {
    regex: options.regex,
    budget: options.budget,
    source: options.source,
    find: (name) => {
      if (name.startsWith(parameterPrefix)) return parameter(name, parameters, known, options)
      const value = pipelineValues.get(name)
      return value === undefined ? noValue(name, known) : eventValue(name, value, given, options)
    },
    *names() {
      yield* known
      yield* pipelineValues.keys()
    },
  }
}

function parameter(
  name: string,
  parameters: ReadonlyMap<string, Node | 'unknown'>,
  known: readonly string[],
  { withParameters, allUnknown = false }: PipelineScopeOptions,
): Found {
  if (!withParameters) return hidden(name)
  const value = parameters.get(name.slice(parameterPrefix.length))
  if (value === undefined) return undeclared(name, known, 'the parameters of this config')
  if (allUnknown || value === 'unknown' || value.kind === 'unknown') return { kind: 'unknown' }
  return { kind: 'value', node: value }
}

const hidden = (name: string): Missing => ({
  kind: 'missing',
  code: 'undeclared-argument',
  message: `Arguments referenced without declared parameters: ${name}: an orb cannot see the parameters of a pipeline`,
  hint: 'Declare a parameter of the job or command, and pass the value from the config.',
})

function eventValue(
  name: string,
  value: PipelineValue,
  facts: TriggerFacts,
  { eventUnknown = false, allUnknown = false }: PipelineScopeOptions,
): Found {
  if (eventUnknown || allUnknown) return { kind: 'unknown' }
  const given = givenValue(name, facts)
  if (given !== undefined) return { kind: 'fact', value: given }
  if (!exists(value, facts.event)) return absent(name, value, facts.event)
  return isReal(facts) ? { kind: 'fact', value: empty[value.type] } : { kind: 'unknown' }
}

const empty = { string: '', boolean: false, integer: 0 } as const

/** A pipeline has an id. Without one somebody asks what would happen, and did not say everything. */
const isReal = ({ values }: TriggerFacts): boolean => Object.hasOwn(values, 'pipeline.id')

const githubPrefix = 'pipeline.event.github.'

/** The name is one of the catalogue, so nothing that every object has. */
function givenValue(name: string, { values, event }: TriggerFacts): Scalar | undefined {
  if (!name.startsWith(githubPrefix)) return values[name]
  return event.values[name.slice(githubPrefix.length)]
}

const exists = ({ events, actions }: PipelineValue, event: EventFacts): boolean =>
  (events === null || events.includes(event.name)) &&
  (actions === null || actions.includes(event.action))

function absent(name: string, { events, actions }: PipelineValue, event: EventFacts): Missing {
  const missing = { kind: 'missing', code: 'value-absent' } as const
  const message = `${name} has no value for this event, which is ${described(event)}`
  if (events === null || events.length === 0)
    return { ...missing, message, hint: 'Nothing that starts pipelines here has it.' }
  const [asked, wanted] =
    actions === null ? ['pipeline.event.name', events] : ['pipeline.event.action', actions]
  const guard = wanted.map((one) => `${asked} == ${quoted(one)}`).join(' or ')
  const hint = `Ask for the event first: ${wanted.length > 1 ? `(${guard})` : guard} and ….`
  return { ...missing, message, hint }
}

const described = ({ name, action }: EventFacts): string =>
  action === name ? name : `${name} (${action})`

function noValue(name: string, parameters: readonly string[]): Missing {
  if (name.startsWith('parameters.')) return outOfScope(name, parameters)
  if (name.startsWith('matrix.')) return undeclared(name, [], 'this place, which has no matrix')
  const quotes = name.includes('.')
    ? null
    : `Texts in expressions stand in quotes: ${quoted(name)}.`
  return {
    kind: 'missing',
    code: 'unknown-value',
    message: `unknown variable(s): ${name}`,
    hint: () => didYouMean(name, [...parameters, ...pipelineValues.keys()], quotes)(),
  }
}

/** `parameters.x` where nothing declares parameters, as in a workflow. */
function outOfScope(name: string, pipelineParameters: readonly string[]): Missing {
  const meant = `pipeline.${name}`
  const none = undeclared(name, [], 'this place; parameters belong to a job, command or executor')
  return pipelineParameters.includes(meant) ? { ...none, hint: `Did you mean ${meant}?` } : none
}
