import type { Config } from '../shape/config.ts'
import type { Definition, Definitions } from '../shape/elements.ts'
import { shapeJob } from '../shape/job.ts'
import type { Parameters } from '../shape/parameters.ts'
import { checkDefaults, checkPipelineDefaults, unknownArguments } from './calls/arguments.ts'
import { expandExecutor } from './calls/executor.ts'
import { expandJob } from './calls/job.ts'
import { expandCommand } from './calls/steps.ts'
import { type Context, unknowing } from './context.ts'
import { lookUp } from './orbs/namespace.ts'
import type { Imports } from './orbs/orbs.ts'

/** What the config declares and nothing in it uses. */
export interface Unused {
  readonly commands: readonly Definition[]
  readonly executors: readonly Definition[]
  /** By alias. */
  readonly orbs: readonly string[]
}

/**
 * What no workflow of this event calls is looked at on its own, with nothing known about its parameters
 * or the event, so that its mistakes are found too. Orbs are other people's: only inline ones are.
 */
export function lookAtRest(config: Config, imports: Imports, context: Context): Unused {
  checkPipelineDefaults(config.parameters, context)
  const inline = [...imports.namespaces.values()].filter(({ origin }) => origin?.text === null)
  const all = [config, ...inline].map(({ elements }) => elements)
  // Jobs first: what no job calls is not used.
  for (const { jobs } of all) lookAtAll(jobs, context)
  const unused = unusedIn(config, imports, context)
  for (const { commands, executors } of all) {
    lookAtAll(commands, context)
    lookAtAll(executors, context)
  }
  return unused
}

function lookAtAll(definitions: Definitions, context: Context): void {
  for (const definition of definitions.values()) {
    checkDefaults(definition.parameters, context)
    visitDefaultExecutors(definition.parameters, context)
    if (!context.world.memory.visited.has(definition)) look(definition, unknowing(context))
  }
}

/** An executor that only stands as a default is used all the same. */
function visitDefaultExecutors(parameters: Parameters, { world }: Context): void {
  for (const { type, default: field } of parameters.values()) {
    if (type !== 'executor' || field?.value.kind !== 'scalar') continue
    const { text, span } = field.value
    const found = lookUp('executor', text, world.namespaceOf(span))
    if (found.kind === 'found') world.memory.visited.add(found.definition)
  }
}

function look(definition: Definition, context: Context): void {
  const values = unknownArguments(definition)
  if (definition.kind === 'executor') expandExecutor(definition, values, context)
  else if (definition.kind === 'job') expandJob(definition, values, null, context)
  else lookAtCommand(definition, context)
}

/** The steps of a command are read as those of a job would be. */
function lookAtCommand(definition: Definition, context: Context): void {
  if (definition.fields === null) return
  const items = expandCommand(definition, unknownArguments(definition), context)
  const { at } = definition.name
  shapeJob(definition.name, { at, all: new Map() }, { at, items }, context)
}

function unusedIn({ elements, at }: Config, { orbs }: Imports, { world }: Context): Unused {
  const unvisited = (definitions: Definitions): readonly Definition[] =>
    [...definitions.values()].filter((one) => !world.memory.visited.has(one))
  const { used } = world.namespaceOf(at.span)
  return {
    commands: unvisited(elements.commands),
    executors: unvisited(elements.executors),
    orbs: [...orbs.keys()].filter((alias) => !used.has(alias)),
  }
}
