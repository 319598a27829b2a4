import type { Examined } from '../compile/compile.ts'
import { explain } from '../compile/explain.ts'
import { workflowOf } from '../compile/plan/plan.ts'
import type { Selection } from '../compile/plan/select.ts'
import { didYouMean, listed } from '../compile/read/suggest.ts'
import { visible } from '../compile/visible.ts'
import type { GraphFormat } from '../graph/formats.ts'
import { draw } from '../graph/graph.ts'
import { hasErrors } from '../model/diagnostic.ts'
import type { PlannedWorkflow } from '../model/plan.ts'
import { type ConfigIo, exitCodes, readConfigs } from './config-io.ts'
import { type EventOptions, eventFacts } from './event.ts'
import { examineWithOrbs } from './orbs.ts'

export interface GraphOptions extends EventOptions {
  readonly format: GraphFormat
  /** Null: every workflow that the event starts. */
  readonly workflow: string | null
}

/**
 * `sluice graph`: the jobs that an event starts and what they wait for, as a picture; jobs that it leaves
 * out are not in it. Exit 1 if the config has errors, or the named workflow does not run.
 */
export async function graph(
  file: string | null,
  options: GraphOptions,
  io: ConfigIo,
): Promise<number> {
  const facts = await eventFacts(options, io)
  const { found } = await readConfigs(file === null ? [] : [file], io)
  const config = found[0]
  if (config === undefined) return exitCodes.usage
  const examined = await examineWithOrbs(config, facts, io, options)
  for (const diagnostic of examined.diagnostics) io.stderr(explain(diagnostic, config.text))
  if (hasErrors(examined.diagnostics)) return exitCodes.no
  return drawn(examined, options, io)
}

function drawn(examined: Examined, { workflow, format }: GraphOptions, io: ConfigIo): number {
  const asked = examined.selections.filter(({ workflow: { name } }) => {
    return workflow === null || name.value === workflow
  })
  const started = asked.filter(({ selected }) => selected)
  if (started.length === 0) complain(workflow, examined, io)
  if (started.length === 0 && workflow !== null) return exitCodes.no
  const workflows = started.map((selection) => workflowOf(selection, examined.locate))
  if (format === 'mermaid') warnOfMany(workflows, io)
  io.stdout(draw(format, workflows))
  return exitCodes.yes
}

/** What Mermaid draws unless a page allows it more. */
const mostArrows = 500

function warnOfMany(workflows: readonly PlannedWorkflow[], io: ConfigIo): void {
  const arrows = workflows.flatMap(({ jobs }) => jobs.flatMap(({ requires }) => requires)).length
  if (arrows > mostArrows)
    io.stderr(
      `sluice: this chart has ${arrows} arrows, and most pages draw no Mermaid chart of more than ${mostArrows}: try --format svg`,
    )
}

/** Why there is nothing to see. */
function complain(wanted: string | null, { selections }: Examined, io: ConfigIo): void {
  const asked = selections.filter(({ workflow }) => wanted === null || named(workflow) === wanted)
  for (const { workflow, because } of asked)
    io.stderr(visible(`sluice: the workflow ${named(workflow)} does not run: ${because}`))
  if (asked.length > 0 || wanted === null) return
  const names = selections.map(({ workflow }) => named(workflow))
  const advice = didYouMean(wanted, names, `There are: ${listed(names)}.`)()
  io.stderr(visible(`sluice: there is no workflow ${wanted}. ${advice}`))
}

const named = ({ name }: Selection['workflow']): string => name.value
