import type { OrbShelf } from '../../ports/orbs.ts'
import type { Regex } from '../../ports/regex.ts'
import type { TriggerFacts } from '../facts.ts'
import type { Located, Origin } from '../read/located.ts'
import type { Report } from '../report.ts'
import type { Config } from '../shape/config.ts'
import { type PipelineScopeOptions, pipelineScope } from '../values/pipeline-scope.ts'
import type { Scope } from '../values/scope.ts'
import { type Context, rootContext, type World } from './context.ts'
import { type BoundJob, bind } from './jobs/bind.ts'
import { implicitWorkflow } from './jobs/implicit.ts'
import { uniqueNames } from './jobs/names.ts'
import { type ExpandedWorkflow, expandWorkflow } from './jobs/workflow.ts'
import { lookAtRest, type Unused } from './look.ts'
import { largestExpansion, type Memory, newMemory } from './memory.ts'
import type { Namespace } from './orbs/namespace.ts'
import { type Imports, importOrbs } from './orbs/orbs.ts'
import { type PipelineParameters, pipelineParameters } from './pipeline-parameters.ts'

/** A config for one event: every call expanded, every name pointing at what it means. */
export interface Resolved {
  readonly config: Config
  readonly workflows: readonly BoundWorkflow[]
  readonly parameters: PipelineParameters
  readonly imports: Imports
  /** Bodies of jobs, each as often as it was read. */
  readonly bodies: Memory['bodies']
  readonly unused: Unused
}

export interface BoundWorkflow extends Omit<ExpandedWorkflow, 'instances'> {
  readonly name: Located<string>
  /** In the order of the document; their names are unique. */
  readonly jobs: readonly BoundJob[]
}

/** What resolving needs beside the config. */
export interface Circumstances {
  /** The config's text, to point into. */
  readonly source: string
  readonly facts: TriggerFacts
  readonly regex: Regex
  readonly report: Report
  readonly shelf: OrbShelf
  /** No event in particular: everything is looked at, and what depends on the event is not known. */
  readonly anyEvent: boolean
}

/** Pass 3: what was declared → the jobs of every workflow. Names that stand for nothing are reported. */
export function resolve(config: Config, circumstances: Circumstances): Resolved {
  const { facts, report, shelf } = circumstances
  const parameters = pipelineParameters(config.parameters, facts, config.at, report)
  const scopes = scopesOf(parameters, circumstances)
  const scope = scopes(undefined, true)
  const imports = importOrbs(config.elements, { shelf, base: report, scope })
  const world = worldOf(config, imports, scopes, circumstances)
  const context = rootContext(world, report)
  const expanded = (config.workflows ?? implicitWorkflow(config)).map((workflow) =>
    expandWorkflow(workflow, context),
  )
  const unused = lookAtRest(config, imports, context)
  reportExhausted(context)
  return {
    config,
    workflows: expanded.map((workflow) => boundWorkflow(workflow, context)),
    parameters,
    imports,
    bodies: world.memory.bodies,
    unused,
  }
}

type Scopes = World['pipelineScope']

/** One scope each for the config and for orbs, with values known and not. */
function scopesOf(parameters: PipelineParameters, circumstances: Circumstances): Scopes {
  const { facts, regex, source, anyEvent } = circumstances
  const common = { regex, source, budget: { left: mostText }, eventUnknown: anyEvent }
  const scope = (options: Pick<PipelineScopeOptions, 'allUnknown' | 'withParameters'>): Scope =>
    pipelineScope(facts, parameters.values, { ...common, ...options })
  const own = scope({ withParameters: true })
  const ownUnknown = scope({ withParameters: true, allUnknown: true })
  const orb = scope({ withParameters: false })
  const orbUnknown = scope({ withParameters: false, allUnknown: true })
  return (origin, known) => {
    if (origin === undefined) return known ? own : ownUnknown
    return known ? orb : orbUnknown
  }
}

/** Characters that all templates of one config together may become. */
const mostText = 64 * 1024 * 1024

function worldOf(
  config: Config,
  imports: Imports,
  pipeline: Scopes,
  { regex, anyEvent }: Circumstances,
): World {
  const own: Namespace = {
    origin: undefined,
    elements: config.elements,
    orbs: imports.orbs,
    used: new Set(),
  }
  const find = (origin: Origin | undefined): Namespace =>
    (origin && imports.namespaces.get(origin)) ?? own
  return {
    version: config.version,
    regex,
    namespaceOf: ({ origin }) => find(origin),
    pipelineScope: pipeline,
    memory: newMemory(),
    thorough: anyEvent,
  }
}

function reportExhausted({ world, report }: Context): void {
  const { exhausted } = world.memory
  if (exhausted === null) return
  const message = `the config expands to more than ${largestExpansion} steps and jobs; that many are possible`
  report('too-large', exhausted, message, 'Commands that call commands multiply: look for those.')
}

/** Names are unique in their workflow; checks say the workflow's name, too. */
const boundWorkflow = (
  { instances, ...workflow }: ExpandedWorkflow,
  { report }: Context,
): BoundWorkflow => ({
  ...workflow,
  jobs: bind(
    {
      workflow: workflow.name.value,
      instances,
      names: uniqueNames(instances.map(({ wanted }) => wanted)),
      incomplete: workflow.incomplete,
    },
    report,
  ),
})
