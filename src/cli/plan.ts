import { type Examined, examine } from '../compile/compile.ts'
import { explain } from '../compile/explain.ts'
import type { TriggerFacts } from '../compile/facts.ts'
import { refusedJobs, workflowOf } from '../compile/plan/plan.ts'
import type { Selection } from '../compile/plan/select.ts'
import { visible } from '../compile/visible.ts'
import { hasErrors } from '../model/diagnostic.ts'
import { commitSha } from '../model/ids.ts'
import type { PlannedJob } from '../model/plan.ts'
import { branchOf, type EventFacts, tagOf } from '../model/trigger.ts'
import { type ConfigFile, type ConfigIo, exitCodes, readConfigs } from './config-io.ts'
import { jsonOf } from './validate.ts'

export interface PlanOptions {
  readonly json: boolean
  readonly branch: string | null
  readonly tag: string | null
  readonly event: EventFacts['name']
  readonly sha: string | null
  /** Pipeline parameters. */
  readonly parameters: Readonly<Record<string, string>>
  /** Facts from a webhook payload; they take the place of all of the above. */
  readonly facts: TriggerFacts | null
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
  if (options.branch !== null && options.tag !== null) {
    io.stderr('sluice plan: a push has a branch or a tag: give --branch or --tag, not both')
    return exitCodes.usage
  }
  const facts = options.facts ?? (await factsFrom(options, io))
  const { found, allRead } = await readConfigs(files, io)
  const sound = found.map((config) => planOne(config, facts, options.json, io))
  if (!allRead) return exitCodes.usage
  return sound.every(Boolean) ? exitCodes.yes : exitCodes.no
}

async function factsFrom(options: PlanOptions, io: ConfigIo): Promise<TriggerFacts> {
  const { tag, branch, sha, event, parameters } = options
  const name = tag ?? branch ?? (await io.currentBranch()) ?? 'main'
  const ref = { kind: tag === null ? 'branch' : 'tag', name } as const
  return {
    ref,
    sha: sha === null ? null : commitSha(sha),
    event: { name: event, action: event, values: {} },
    values: {
      'pipeline.git.branch': branchOf(ref),
      'pipeline.git.tag': tagOf(ref),
      'pipeline.git.revision': sha ?? '',
      'pipeline.event.name': event,
      'pipeline.event.action': event,
    },
    parameters,
  }
}

function planOne(config: ConfigFile, facts: TriggerFacts, json: boolean, io: ConfigIo): boolean {
  const examined = examine(config, facts, io)
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
  const jobs = workflowOf(selection, locate).jobs.map(jobAnswer)
  const notSelected = refusedJobs(selection, locate).map(({ where, ...rest }) => {
    return { ...rest, where: { line: where.line, column: where.column } }
  })
  return { selected, because, jobs, notSelected }
}

function jobAnswer({
  name,
  job,
  type,
  requires,
  matrix,
  parallelism,
  contexts,
  where,
}: PlannedJob) {
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
  const { jobs } = workflowOf(selection, locate)
  return [
    `${workflow.name.value}: ${selected ? 'runs' : 'does not run'}, ${because}`,
    ...jobs.map(jobLine),
    ...refusedJobs(selection, locate).map(
      ({ name, because: reason, where }) => `  - ${name}: ${reason} (${file}:${where.line})`,
    ),
  ]
}

function jobLine({ name, type, requires, parallelism }: PlannedJob): string {
  const kind = type === 'build' ? '' : ` (${type})`
  const times = parallelism === 1 ? '' : ` × ${parallelism}`
  const after = requires.map(({ job, statuses }) => `${job}${statusesOf(statuses)}`).join(', ')
  return `  + ${name}${kind}${times}${after === '' ? '' : ` after ${after}`}`
}

const statusesOf = (statuses: readonly string[]): string =>
  statuses.length === 1 && statuses[0] === 'success' ? '' : ` [${statuses.join(', ')}]`
