import type { Examined } from '../compile/compile.ts'
import { explain, type Locate } from '../compile/explain.ts'
import type { TriggerFacts } from '../compile/facts.ts'
import { refusedJobs, workflowOf } from '../compile/plan/plan.ts'
import type { Selection } from '../compile/plan/select.ts'
import { visible } from '../compile/visible.ts'
import { hasErrors } from '../model/diagnostic.ts'
import type { PlannedJob } from '../model/plan.ts'
import { type ConfigFile, type ConfigIo, exitCodes, readConfigs } from './config-io.ts'
import { type EventOptions, eventFacts } from './event.ts'
import { examineWithOrbs } from './orbs.ts'
import { jsonOf } from './validate.ts'

export interface PlanOptions extends EventOptions {
  readonly json: boolean
}

/**
 * `sluice plan`: which workflows and jobs an event selects, what each waits for, and why the others do
 * not run. With `json` one object a file, a line. Exit 1 if some file has errors.
 */
export async function plan(
  files: readonly string[],
  options: PlanOptions,
  io: ConfigIo,
): Promise<number> {
  const facts = await eventFacts(options, io)
  const { found, allRead } = await readConfigs(files, io)
  const sound: boolean[] = []
  for (const config of found) sound.push(await planOne(config, facts, options, io))
  if (!allRead) return exitCodes.usage
  return sound.every(Boolean) ? exitCodes.yes : exitCodes.no
}

async function planOne(
  config: ConfigFile,
  facts: TriggerFacts,
  { json, offline }: PlanOptions,
  io: ConfigIo,
): Promise<boolean> {
  const examined = await examineWithOrbs(config, facts, io, { offline })
  if (json) io.stdout(JSON.stringify(answerOf(config.file, facts, examined)))
  else printPlan(config, examined, io)
  return !hasErrors(examined.diagnostics)
}

/** The shape that scripts read. */
function answerOf(file: string, facts: TriggerFacts, examined: Examined) {
  const { ref, event } = facts
  const [branch, tag] = ref.kind === 'branch' ? [ref.name, null] : [null, ref.name]
  const workflows = examined.selections.map((selection) => {
    return [selection.workflow.name.value, workflowAnswer(selection, examined)] as const
  })
  return {
    file,
    event: { name: event.name, branch, tag },
    workflows: Object.fromEntries(workflows),
    diagnostics: examined.diagnostics.map(jsonOf),
  }
}

function workflowAnswer(selection: Selection, { locate }: Examined) {
  const { selected, because } = selection
  const jobs = shownJobs(selection, locate).map(jobAnswer)
  const notSelected = refusedJobs(selection, locate).map(({ where, ...rest }) => {
    return { ...rest, where: { line: where.line, column: where.column } }
  })
  return { selected, because, jobs, notSelected }
}

/** A job of an orb that is not at hand is selected and named; what it is cannot be told. */
type ShownJob = Omit<PlannedJob, 'type'> & { readonly type: PlannedJob['type'] | 'orb' }

const shownJobs = (selection: Selection, locate: Locate): readonly ShownJob[] =>
  workflowOf(selection, locate).jobs.map((job, index) =>
    selection.jobs[index]?.type === 'orb' ? { ...job, type: 'orb' } : job,
  )

function jobAnswer({ name, job, type, requires, matrix, parallelism, contexts, where }: ShownJob) {
  const { line, column } = where
  return { name, job, type, requires, matrix, parallelism, contexts, where: { line, column } }
}

function printPlan(config: ConfigFile, examined: Examined, io: ConfigIo): void {
  for (const diagnostic of examined.diagnostics) io.stderr(explain(diagnostic, config.text))
  for (const selection of examined.selections)
    for (const line of linesOf(config.file, selection, examined)) io.stdout(visible(line))
}

function linesOf(file: string, selection: Selection, { locate }: Examined): readonly string[] {
  const { workflow, selected, because } = selection
  return [
    `${workflow.name.value}: ${selected ? 'runs' : 'does not run'}, ${because}`,
    ...shownJobs(selection, locate).map(jobLine),
    ...refusedJobs(selection, locate).map(
      ({ name, because: reason, where }) => `  - ${name}: ${reason} (${file}:${where.line})`,
    ),
  ]
}

function jobLine({ name, type, requires, parallelism }: ShownJob): string {
  const kind = type === 'build' ? '' : ` (${type})`
  const times = parallelism === 1 ? '' : ` × ${parallelism}`
  const after = requires.map(({ job, statuses }) => `${job}${statusesOf(statuses)}`).join(', ')
  return `  + ${name}${kind}${times}${after === '' ? '' : ` after ${after}`}`
}

const statusesOf = (statuses: readonly string[]): string =>
  statuses.length === 1 && statuses[0] === 'success' ? '' : ` [${statuses.join(', ')}]`
