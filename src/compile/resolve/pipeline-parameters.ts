import type { TriggerFacts } from '../facts.ts'
import type { Node, Place } from '../read/located.ts'
import { falsehoods, truths } from '../read/scalar.ts'
import { listed } from '../read/suggest.ts'
import type { Report } from '../report.ts'
import type { ParameterConfig, Parameters } from '../shape/parameters.ts'
import { unknownAt } from './calls/arguments.ts'
import { described, misfit, textOf } from './calls/types.ts'

/** The values of `pipeline.parameters.*`, and which of them the trigger gave. */
export interface PipelineParameters {
  readonly values: ReadonlyMap<string, Node>
  /** Those to which the trigger gave another value than the default. */
  readonly taken: readonly string[]
}

/**
 * What the trigger and the continuation gave, else the defaults. A continuation gives its own parameters;
 * those of the trigger hold on as far as the new config declares them.
 */
export function pipelineParameters(
  declared: Parameters,
  facts: TriggerFacts,
  at: Place,
  report: Report,
): PipelineParameters {
  const { continuation } = facts
  const given = continuation === null ? facts.parameters : continuation.parameters
  reportUndeclared(Object.keys(given), declared, at, report)
  if (continuation !== null) reportTaken(continuation, declared, report)
  const all = { ...facts.parameters, ...given }
  const values = new Map<string, Node>()
  const taken: string[] = []
  for (const [name, parameter] of declared) {
    const value = Object.hasOwn(all, name) ? givenValue(parameter, all[name], report) : null
    const otherwise = defaultValue(parameter, report)
    values.set(name, value ?? otherwise)
    if (value !== null && textOf(value) !== textOf(otherwise)) taken.push(name)
  }
  return { values, taken }
}

/** A default is there before anything that a template could name. */
function defaultValue({ default: field, name }: ParameterConfig, report: Report): Node {
  if (field === null) return unknownAt(name.at)
  if (!field.value.templated) return field.value
  const message = `the default of the pipeline parameter ${name.value} cannot use pipeline.parameters or other values: none is declared yet`
  report('bad-default', field.at, message, 'Write the value itself; a plain << is written \\<<.')
  return unknownAt(name.at)
}

function reportUndeclared(
  given: readonly string[],
  declared: Parameters,
  at: Place,
  report: Report,
): void {
  const unexpected = given.filter((name) => !declared.has(name))
  if (unexpected.length === 0) return
  const message = `unexpected argument(s): ${listed(unexpected)}; the config declares no such pipeline parameter`
  const known = declared.size === 0 ? 'It declares none.' : `Declared: ${listed(declared.keys())}.`
  report('unexpected-argument', at, message, known)
}

function reportTaken(
  { parameters, taken }: NonNullable<TriggerFacts['continuation']>,
  declared: Parameters,
  report: Report,
): void {
  for (const name of taken) {
    const parameter = declared.get(name)
    if (parameter === undefined || !Object.hasOwn(parameters, name)) continue
    const message = `conflicting pipeline parameters: ${name} was given by the trigger and by the continuation`
    report('conflicting-parameters', parameter.name.at, message, 'Give it in one of the two.')
  }
}

/** What came from outside as a value of the parameter's type; null when it is none, which is reported. */
function givenValue(parameter: ParameterConfig, given: unknown, report: Report): Node | null {
  const node = nodeOf(given, parameter)
  if (given === null || given === undefined) return null
  const { name } = parameter
  const problem = node === null ? null : misfit(parameter, node)
  if (node !== null && problem === null) return node
  const got = node === null ? `a ${typeof given}` : described(node)
  const message = `the pipeline parameter ${name.value} was given ${got}: expected ${problem?.expected ?? parameter.type}`
  report(parameter.type === 'enum' ? 'enum-value' : 'argument-type', name.at, message)
  return null
}

function nodeOf(given: unknown, { type, name }: ParameterConfig): Node | null {
  const { span } = name.at
  const scalar = (kind: 'string' | 'boolean' | 'integer', text: string): Node => ({
    kind: 'scalar',
    type: kind,
    text,
    span,
    templated: false,
  })
  if (typeof given === 'boolean') return scalar('boolean', String(given))
  if (typeof given === 'number' && Number.isInteger(given)) return scalar('integer', String(given))
  if (typeof given !== 'string') return null
  // A form or a command line can only give texts.
  if (type === 'boolean' && (truths.has(given) || falsehoods.has(given)))
    return scalar('boolean', given)
  if (type === 'integer' && /^-?\d+$/.test(given)) return scalar('integer', given)
  return scalar('string', given)
}
