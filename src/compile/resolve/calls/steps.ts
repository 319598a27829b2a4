import type { Located, Node } from '../../read/located.ts'
import { type Field, isNothing, list, record } from '../../read/reader.ts'
import type { Definition } from '../../shape/elements.ts'
import { isOldStep } from '../../shape/old-step.ts'
import { shapeSteps } from '../../shape/step.ts'
import { isBuiltInStep } from '../../shape/step-names.ts'
import type { Scope } from '../../values/scope.ts'
import { type Context, handedIn, inside } from '../context.ts'
import { afford } from '../memory.ts'
import { lookUp, reportMissing } from '../orbs/namespace.ts'
import { bindArguments } from './arguments.ts'
import { bodyScope, filled } from './body.ts'
import { branchOf } from './conditional.ts'

/**
 * A list of steps as it runs: commands replaced by their steps, `when` and `unless` decided, templates
 * filled. What is left are built-in steps, and what is none of all that, for the reader of steps to
 * report. A step of an orb that is not at hand is left out.
 */
export function expandSteps(field: Field, scope: Scope, context: Context): readonly Field[] {
  // A list is filled step by step, so that what is not taken is not filled.
  const whole = field.value.kind === 'list' ? field : filled(field, scope, context)
  if (whole.value.kind === 'unknown') return []
  const items = list(whole, context) ?? []
  // Steps that came as an argument are the caller's: they may well call what they were handed to.
  const here = whole === field ? context : handedIn(context)
  return items.flatMap((item) => expandStep(item, scope, here))
}

function expandStep(item: Field, scope: Scope, context: Context): readonly Field[] {
  if (!afford(context.world.memory, item.at)) return []
  if (item.value.kind === 'scalar') return scalarStep(item, scope, context)
  const fields = item.value.kind === 'map' ? record(item, context) : null
  const [first, second] = [...(fields?.all ?? [])]
  if (first === undefined || second !== undefined) return [filled(item, scope, context)]
  const [name, field] = first
  if (context.version === '2') return [item]
  if (name === 'when' || name === 'unless') return conditional(name, field, scope, context)
  if (name === 'steps') return expandSteps(field, scope, context)
  const step = { name: { value: name, at: field.key }, item, field }
  return namedStep(step, scope, context)
}

interface NamedStep {
  readonly name: Located<string>
  /** The step as a whole, and what stands behind its name. */
  readonly item: Field
  readonly field: Field | null
}

/** A word, or a template: of a word, or (real orbs have it) of a list of steps. */
function scalarStep(item: Field, scope: Scope, context: Context): readonly Field[] {
  const step = filled(item, scope, context)
  const isList = step.value.kind === 'list' && item.value.templated
  return isList ? expandSteps(step, scope, handedIn(context)) : bareStep(step, scope, context)
}

/** A word, which may have come as an argument and then means what it meant there. */
function bareStep(item: Field, scope: Scope, context: Context): readonly Field[] {
  if (item.value.kind === 'unknown') return []
  if (item.value.kind !== 'scalar' || isNothing(item)) return [item]
  const name = { value: item.value.text, at: { ...item.at, span: item.value.span } }
  return namedStep({ name, item, field: null }, scope, context)
}

function namedStep(step: NamedStep, scope: Scope, context: Context): readonly Field[] {
  const { name, item, field } = step
  const from = context.world.namespaceOf(name.at.span)
  const lookup = lookUp('command', name.value, from)
  if (lookup.kind === 'opaque') return []
  if (lookup.kind === 'found') return callCommand(lookup.definition, step, scope, context)
  if (isBuiltIn(name.value, context)) return [field === null ? item : filled(item, scope, context)]
  reportMissing('command', name, from, context.report)
  return []
}

const isBuiltIn = (name: string, { version }: Context): boolean =>
  version === '2' || isBuiltInStep(name) || isOldStep(name)

function conditional(
  name: 'when' | 'unless',
  field: Field,
  scope: Scope,
  context: Context,
): readonly Field[] {
  const branch = branchOf(name, field, scope, context)
  if (branch === null) return []
  const { steps, taken } = branch
  if (taken === true) return expandSteps(steps, scope, context)
  lookAtBranch(steps, scope, context)
  return []
}

/** Steps that do not run are checked once, with nothing known, for what is wrong with them in any case. */
function lookAtBranch(steps: Field, scope: Scope, context: Context): void {
  const { veiled } = context.world.memory
  if (veiled.has(steps.value)) return
  veiled.add(steps.value)
  shapeSteps(expandSteps(steps, veil(scope), context), context)
}

/** Every name that exists is unknown; names that do not exist are still reported. */
const veil = (scope: Scope): Scope => ({
  ...scope,
  names: () => scope.names(),
  find: (name) => {
    const found = scope.find(name)
    return found.kind === 'missing' && found.code !== 'value-absent' ? found : { kind: 'unknown' }
  },
})

function callCommand(
  definition: Definition,
  { name, field }: NamedStep,
  scope: Scope,
  context: Context,
): readonly Field[] {
  context.world.memory.visited.add(definition)
  if (isRecursive(definition, name, context)) return []
  const call = { what: 'command', name: name.value, at: name.at, definition } as const
  const within = inside(context, call)
  const given = givenTo(field, scope, within)
  if (given === null) return []
  const values = bindArguments({ definition, given, at: name.at }, within)
  return expandCommand(definition, values, within)
}

/** The steps of a command with these values of its parameters. */
export function expandCommand(
  definition: Definition,
  values: ReadonlyMap<string, Node>,
  context: Context,
): readonly Field[] {
  const steps = definition.fields?.all.get('steps')
  if (steps === undefined || isNothing(steps)) return missingSteps(definition, context)
  return expandSteps(steps, bodyScope(definition, values, context), context)
}

function missingSteps({ name, fields }: Definition, { report }: Context): readonly Field[] {
  if (fields !== null) report('no-steps', name.at, `the command ${name.value} has no steps`)
  return []
}

function givenTo(
  field: Field | null,
  scope: Scope,
  context: Context,
): ReadonlyMap<string, Field> | null {
  if (field === null || isNothing(field)) return new Map()
  const fields = record(filled(field, scope, context), context)
  return fields?.all ?? null
}

/** A chain of commands deeper than this is a mistake, or meant ill. */
const deepestCall = 100

function isRecursive(definition: Definition, { at }: Located<string>, context: Context): boolean {
  const chain: string[] = []
  for (let call = context.trail; call !== context.barrier && call !== null; call = call.up) {
    chain.unshift(call.name)
    if (call.definition === definition) {
      const names = [...chain, definition.name.value].join(' calls ')
      context.report('recursive-command', at, `commands call themselves: ${names}`)
      return true
    }
  }
  if ((context.trail?.depth ?? 0) < deepestCall) return false
  context.report('recursive-command', at, `commands call commands ${deepestCall} levels deep`)
  return true
}
