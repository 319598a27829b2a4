import { expect } from 'vitest'
import {
  type Compiled,
  compile,
  factsOf,
  type Ports,
  type TriggerFacts,
} from '../../../src/compile/compile.ts'
import type { Continuation } from '../../../src/compile/facts.ts'
import type { Diagnostic, Severity } from '../../../src/model/diagnostic.ts'
import { pipelineId } from '../../../src/model/ids.ts'
import type { JobBody, Plan, PlannedJob } from '../../../src/model/plan.ts'
import type { Step } from '../../../src/model/step.ts'
import type { EventFacts, Ref, Scalar } from '../../../src/model/trigger.ts'
import type { OrbAnswer } from '../../../src/ports/orbs.ts'
import { trigger } from '../../support/builders.ts'
import { lineOf, regex } from '../support.ts'

/** What happened; without a word a push to the branch `main` of acme/shop, whose default branch it is. */
export interface Event {
  readonly branch?: string
  readonly tag?: string
  readonly event?: EventFacts['name']
  readonly action?: string
  /** `pipeline.event.github.*` */
  readonly github?: Readonly<Record<string, Scalar>>
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly continuation?: Continuation
  /** Orbs by reference: their text. Absent: the config brings its own. */
  readonly orbs?: Readonly<Record<string, string>>
}

export function factsFrom(event: Event = {}): TriggerFacts {
  const ref: Ref =
    event.tag === undefined
      ? { kind: 'branch', name: event.branch ?? 'main' }
      : { kind: 'tag', name: event.tag }
  const name = event.event ?? 'push'
  const facts = factsOf(
    {
      ...trigger(ref),
      event: { name, action: event.action ?? name, values: event.github ?? {} },
      parameters: event.parameters ?? {},
    },
    7,
    pipelineId('00000000-0000-8000-8000-000000000007'),
  )
  return { ...facts, continuation: event.continuation ?? null }
}

const shelfOf =
  (orbs: Readonly<Record<string, string>>) =>
  (reference: string): OrbAnswer => {
    const text = Object.hasOwn(orbs, reference) ? orbs[reference] : undefined
    return text === undefined
      ? { kind: 'missing', message: `there is no orb ${reference}`, hint: null }
      : { kind: 'source', version: reference.split('@')[1] ?? reference, text }
  }

export const portsFor = ({ orbs }: Event): Ports => ({ regex, orbs: shelfOf(orbs ?? {}) })

export const compileFor = (text: string, event: Event = {}): Compiled =>
  compile({ text, file: 'config.yml' }, factsFrom(event), portsFor(event))

export function findings(text: string, event: Event = {}): readonly Diagnostic[] {
  const answer = compileFor(text, event)
  if (answer.kind === 'needs-orbs') throw new Error(`needs ${answer.references.join()}`)
  return answer.kind === 'compiled' ? answer.plan.diagnostics : answer.diagnostics
}

/** The plan of a text that must compile. */
export function planFor(text: string, event: Event = {}): Plan {
  const answer = compileFor(text, event)
  if (answer.kind === 'compiled') return answer.plan
  throw new Error(`not compiled: ${findings(text, event).map(lineOf).join('\n')}`)
}

/** Workflows, their jobs, and what each requires: `{ w: { deploy: 'build, test [failed]' } }`. */
export const graphOf = (text: string, event: Event = {}) =>
  Object.fromEntries(
    planFor(text, event).workflows.map(({ name, jobs }) => [
      name,
      Object.fromEntries(jobs.map((job) => [job.name, requirementsOf(job)])),
    ]),
  )

export const requirementsOf = ({ requires }: PlannedJob): string =>
  requires
    .map(({ job, statuses }) =>
      statuses.join() === 'success' ? job : `${job} [${statuses.toSorted().join(', ')}]`,
    )
    .toSorted()
    .join(', ')

/** The names of the jobs that run, of all workflows, in the order of the plan. */
export const namesOf = (text: string, event: Event = {}): readonly string[] =>
  planFor(text, event).workflows.flatMap(({ jobs }) => jobs.map(({ name }) => name))

/** The names of the workflows that run. */
export const workflowsOf = (text: string, event: Event = {}): readonly string[] =>
  planFor(text, event).workflows.map(({ name }) => name)

/** The planned job of this name; of the only job if there is no name. */
export function jobIn(plan: Plan, name?: string): PlannedJob {
  const jobs = plan.workflows.flatMap((workflow) => workflow.jobs)
  const job = name === undefined ? jobs[0] : jobs.find((one) => one.name === name)
  if (job === undefined) throw new Error(`no job ${name} in ${jobs.map((one) => one.name).join()}`)
  return job
}

export function bodyOf(text: string, event: Event = {}, name?: string): JobBody {
  const { body } = jobIn(planFor(text, event), name)
  if (body === null) throw new Error('the job has no body')
  return body
}

/** The text of each run step; the type of each other. */
export const scriptOf = (text: string, event: Event = {}, name?: string): readonly string[] =>
  bodyOf(text, event, name).steps.map(wordOf)

export const wordOf = (step: Step): string =>
  step.type === 'run' ? step.command.trim() : step.type

/** A job that only says `text`. */
const saying = (text: string): string =>
  `{ machine: { image: "ubuntu-2204:current" }, steps: [{ run: ${text} }] }`

/** Definitions of plain jobs, as the text of a top-level key. */
export const jobsNamed = (...names: readonly string[]): string =>
  `jobs:\n${names.map((name) => `  ${name}: ${saying(`echo ${name}`)}\n`).join('')}`

export interface Expected {
  readonly severity: Severity
  /** Each is found in the message or its hint. */
  readonly says: readonly RegExp[]
  /** Absent: a line that ends in the comment `# here`. */
  readonly line?: number
  readonly event?: Event
}

/** The lines that a comment `# here` marks, counted from 1. */
const marked = (text: string): readonly number[] =>
  text.split('\n').flatMap((line, index) => (line.includes('# here') ? [index + 1] : []))

/** One finding of this severity stands at the place and says everything that it should. */
export function expectFinding(text: string, expected: Expected): void {
  const found = findings(text, expected.event)
  const lines = expected.line === undefined ? marked(text) : [expected.line]
  const fits = (one: Diagnostic): boolean =>
    one.severity === expected.severity &&
    lines.includes(one.where.line) &&
    expected.says.every((phrase) => phrase.test(`${one.message}\n${one.hint ?? ''}`))
  if (found.some(fits)) return
  const wanted = `${lines.join(' or ')} ${expected.severity} ${expected.says.join(' ')}`
  expect.fail(`wanted ${wanted}, found:\n${told(found)}`)
}

const told = (found: readonly Diagnostic[]): string =>
  found.map((one) => `${lineOf(one)} (hint: ${one.hint})`).join('\n')

/** A rejected text, with an error that says all of this, wherever it stands. */
export function expectError(text: string, says: readonly RegExp[], event: Event = {}): void {
  const errors = findings(text, event).filter(({ severity }) => severity === 'error')
  const said = errors.map(({ message, hint }) => `${message}\n${hint ?? ''}`)
  if (said.some((one) => says.every((phrase) => phrase.test(one)))) return
  expect.fail(`wanted an error with ${says.join(' ')}, found:\n${told(errors)}`)
}

/** No finding of this severity or a graver one. */
export function expectClean(text: string, severity: Severity, event: Event = {}): void {
  const order: readonly Severity[] = ['error', 'warning', 'hint', 'info']
  const grave = order.slice(0, order.indexOf(severity) + 1)
  const found = findings(text, event).filter((one) => grave.includes(one.severity))
  if (found.length > 0) expect.fail(`wanted no ${severity}, found:\n${told(found)}`)
}

/** A config with a mistake and the same without it. */
export interface Mistake extends Expected {
  /** The number in the specification’s table of conditions, and what is wrong. */
  readonly about: string
  readonly wrong: string
  /** Gives no finding of this severity or a graver one. */
  readonly right: string
}

export function expectMistake({ wrong, right, ...expected }: Mistake): void {
  expectFinding(wrong, expected)
  expectClean(right, expected.severity, expected.event)
}

/** A config of version 2.1 whose only job is written so, indented by four. */
export const oneJob = (body: string, version = '2.1'): string => `version: ${version}
jobs:
  it:
${body}
workflows:
  ${version === '2.1' ? '' : 'version: 2\n  '}w: { jobs: [it] }
`

/** A job with these steps, each a line without its dash. */
export const oneStep = (...steps: readonly string[]): string =>
  oneJob(
    `    machine: { image: "ubuntu-2204:current" }\n    steps:\n${steps.map((step) => `      - ${step}`).join('\n')}`,
  )

/** A workflow `w` of version 2.1 with these keys, indented by four, over the plain jobs a, b and c. */
export const oneWorkflow = (body: string, more = ''): string => `version: 2.1
${more}jobs:
  a: { machine: { image: "ubuntu-2204:current" }, steps: [checkout] }
  b: { machine: { image: "ubuntu-2204:current" }, steps: [checkout] }
  c: { machine: { image: "ubuntu-2204:current" }, steps: [checkout] }
workflows:
  rest: { jobs: [a, b, c] }
  w:
${body}
`
