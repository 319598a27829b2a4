import { vmRegex } from '../../src/cli/regex.ts'
import { type Compiled, compile, type TriggerFacts } from '../../src/compile/compile.ts'
import { shelfOf } from '../../src/compile/with-orbs.ts'
import type { CompileOnce } from '../../src/conductor/compile-with-orbs.ts'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import type { Plan, PlannedJob } from '../../src/model/plan.ts'
import type { Ref } from '../../src/model/trigger.ts'

export const regex = vmRegex(500)

export const branch = (name: string): Ref => ({ kind: 'branch', name })
export const tag = (name: string): Ref => ({ kind: 'tag', name })

export const pushOf = (ref: Ref): TriggerFacts => ({
  ref,
  sha: null,
  event: { name: 'push', action: 'push', values: {} },
  values: {},
  parameters: {},
  continuation: null,
})

export const compileText = (text: string, ref = branch('main')) =>
  answered(compile({ text, file: 'config.yml' }, pushOf(ref), { regex }))

/** Compiles in this thread, for tests of what surrounds it. */
export const compileHere: CompileOnce = ({ source, facts, orbs }) =>
  Promise.resolve(compile(source, facts, { regex, orbs: shelfOf(orbs) }))

/** A config without orbs is answered at once. */
function answered(answer: Compiled): Exclude<Compiled, { readonly kind: 'needs-orbs' }> {
  if (answer.kind !== 'needs-orbs') return answer
  throw new Error(`needs ${answer.references.join(', ')}`)
}

/** The plan of a text that must compile. */
export function planOf(text: string, ref = branch('main')): Plan {
  const answer = compileText(text, ref)
  if (answer.kind === 'compiled') return answer.plan
  throw new Error(`rejected:\n${answer.diagnostics.map(lineOf).join('\n')}`)
}

/** Every finding, errors or not. */
export function findings(text: string, ref = branch('main')): readonly Diagnostic[] {
  const answer = compileText(text, ref)
  return answer.kind === 'compiled' ? answer.plan.diagnostics : answer.diagnostics
}

export const codesOf = (text: string): readonly string[] => findings(text).map(({ code }) => code)

/** `LINE:COLUMN severity code: message`. */
export const lineOf = ({ where, severity, code, message }: Diagnostic): string =>
  `${where.line}:${where.column} ${severity} ${code}: ${message}`

/** The only job of the only workflow. */
export function onlyJob(plan: Plan): PlannedJob {
  const [job, ...others] = plan.workflows.flatMap((workflow) => workflow.jobs)
  if (job === undefined || others.length > 0) throw new Error(`not one job: ${others.length + 1}`)
  return job
}

/** A version-2 config with one job `build`, of which `body` (indented by four) is a part. */
export const withJob = (body: string): string =>
  `version: 2\njobs:\n  build:\n    machine: true\n${body}`

/** A version-2.1 config in which a workflow lists these lines under `jobs:`; `names` are ordinary jobs. */
export function withWorkflow(names: readonly string[], jobs: string): string {
  const definitions = names.map(
    (name) => `  ${name}: { machine: { image: default }, steps: [checkout] }`,
  )
  return `version: 2.1\njobs:\n${definitions.join('\n')}\nworkflows:\n  w:\n    jobs:\n${jobs}`
}
