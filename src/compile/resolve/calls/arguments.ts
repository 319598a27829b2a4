import type { Located, Node, Place } from '../../read/located.ts'
import { quoted } from '../../read/quoted.ts'
import { type Field, isNothing } from '../../read/reader.ts'
import { didYouMean, listed } from '../../read/suggest.ts'
import type { Definition } from '../../shape/elements.ts'
import type { ParameterConfig, Parameters } from '../../shape/parameters.ts'
import { fill } from '../../values/fill.ts'
import { type Context, pipelineOf } from '../context.ts'
import { described, type Misfit, misfit, textOf } from './types.ts'

/** Arguments by name, one for each parameter; without templates. */
export type Arguments = ReadonlyMap<string, Node>

/** What is given to a definition, and where the call stands. */
export interface Call {
  readonly definition: Definition
  readonly given: ReadonlyMap<string, Field>
  readonly at: Place
  /** Names that may stand beside the arguments, for suggestions. */
  readonly otherKeys?: readonly string[]
}

/**
 * Every parameter with its value: given, else its default. What was given and is not declared, what is
 * missing and what does not fit is reported; then the value is unknown, so that nothing more is said.
 */
export function bindArguments(call: Call, context: Context): Arguments {
  const { parameters } = call.definition
  for (const [name, field] of call.given)
    if (!parameters.has(name)) reportUnexpected(name, field, call, context)
  const missing: ParameterConfig[] = []
  const values = new Map<string, Node>()
  for (const [name, parameter] of parameters) {
    const field = call.given.get(name)
    const node = field === undefined || isNothing(field) ? defaultOf(parameter, context) : null
    if (node === undefined) missing.push(parameter)
    const value = node ?? (field && fitting(parameter, field, call, context))
    values.set(name, value ?? unknownAt(call.at))
  }
  if (missing.length > 0) reportRequired(missing, call, context)
  return values
}

export const unknownAt = ({ span }: Place): Node => ({ kind: 'unknown', span, templated: false })

/** Every parameter of a definition that is looked at on its own. */
export const unknownArguments = ({ parameters }: Definition): Arguments =>
  new Map(
    [...parameters].map(
      ([
        name,
        {
          name: { at },
        },
      ]) => [name, unknownAt(at)],
    ),
  )

/** The value of a parameter that was not given; undefined when it must be. */
function defaultOf(parameter: ParameterConfig, context: Context): Node | undefined {
  const field = parameter.default
  if (field === null) return undefined
  return fill(field.value, field.at, pipelineOf(context, field.value.span), context.report)
}

function fitting(
  parameter: ParameterConfig,
  field: Field,
  { definition }: Call,
  { report }: Context,
): Node | null {
  const problem = misfit(parameter, field.value)
  if (problem === null) return field.value
  const { kind, name } = definition
  const message = `the ${kind} ${name.value} takes ${parameter.name.value} as ${problem.expected}, this is ${problem.got}`
  const code = parameter.type === 'enum' ? 'enum-value' : 'argument-type'
  report(code, valuePlace(field), message, problem.hint)
  return null
}

const valuePlace = (field: Field): Place => (field.value.kind === 'scalar' ? field.at : field.key)

function reportUnexpected(name: string, field: Field, call: Call, context: Context): void {
  const { kind, name: of, parameters } = call.definition
  const message = `unexpected argument(s): ${name}; the ${kind} ${of.value} takes ${namesOf(parameters)}`
  const known = [...parameters.keys(), ...(call.otherKeys ?? [])]
  const otherwise = adviceFor(name) ?? declared(parameters)
  context.report('unexpected-argument', field.key, message, didYouMean(name, known, otherwise))
}

const adviceFor = (name: string): string | null =>
  name === 'when' || name === 'unless'
    ? 'A job in a workflow has no conditions: use `filters:`, which also takes an expression.'
    : null

const namesOf = (parameters: Parameters): string =>
  parameters.size === 0 ? 'no arguments' : `only ${listed(signatures(parameters))}`

function reportRequired(
  missing: readonly ParameterConfig[],
  { definition: { kind, name, parameters }, at }: Call,
  { report }: Context,
): void {
  const names = listed(missing.map((parameter) => parameter.name.value))
  const message = `missing required argument(s): ${names}, which the ${kind} ${name.value} needs`
  report('missing-argument', at, message, () => declared(parameters))
}

/** What can be given, for advice. */
const declared = (parameters: Parameters): string | null =>
  parameters.size === 0 ? null : `Parameters: ${listed(signatures(parameters))}.`

/** `to (string)`, `times (integer, default "1")`. */
const signatures = (parameters: Parameters): readonly string[] =>
  [...parameters.values()].map(({ name, type, default: field }) => {
    const otherwise = field === null ? '' : `, default ${quoted(textOf(field.value) ?? '…')}`
    return `${name.value} (${type ?? 'unknown type'}${otherwise})`
  })

/** Defaults are checked also where every call gives a value (CircleCI's rule). */
export function checkDefaults(parameters: Parameters, context: Context): void {
  for (const { parameter, field, problem } of badDefaults(parameters)) {
    const { value: name }: Located<string> = parameter.name
    const message = `parameter error: the default value of the parameter ${quoted(name)} is ${described(field.value)}: expected ${problem.expected}`
    context.report('bad-default', valuePlace(field), message, problem.hint)
  }
}

const isNumber = ({ value }: Field): boolean =>
  value.kind === 'scalar' && (value.type === 'integer' || value.type === 'float')

/** Of the pipeline's parameters CircleCI lets a number pass for a text: real configs have it. */
export function checkPipelineDefaults(parameters: Parameters, context: Context): void {
  const others = [...parameters].filter(([, { type, default: field }]) => {
    const lenient = type === 'string' && field !== null && isNumber(field)
    if (lenient) {
      const message = `${described(field.value)} is taken as a text, as the parameter's type says`
      context.report('numeric-text', field.at, message, 'Quote it.')
    }
    return !lenient
  })
  checkDefaults(new Map(others), context)
}

interface BadDefault {
  readonly parameter: ParameterConfig
  readonly field: Field
  readonly problem: Misfit
}

const badDefaults = (parameters: Parameters): readonly BadDefault[] =>
  [...parameters.values()].flatMap((parameter) => {
    const { default: field } = parameter
    if (field === null || field.value.templated) return []
    const problem = misfit(parameter, field.value)
    return problem === null ? [] : [{ parameter, field, problem }]
  })
