import type { TriggerFacts } from '../../../src/compile/facts.ts'
import { type Node, place } from '../../../src/compile/read/located.ts'
import { read } from '../../../src/compile/read/read.ts'
import { type Field, rootField } from '../../../src/compile/read/reader.ts'
import { isTrue } from '../../../src/compile/read/scalar.ts'
import { type Problem, problems } from '../../../src/compile/report.ts'
import { condition, type Judgement } from '../../../src/compile/values/condition.ts'
import { evaluate } from '../../../src/compile/values/expression/evaluate.ts'
import { fill } from '../../../src/compile/values/fill.ts'
import { evaluateLogic } from '../../../src/compile/values/logic.ts'
import { pipelineScope } from '../../../src/compile/values/pipeline-scope.ts'
import { type Scope, withNames } from '../../../src/compile/values/scope.ts'
import type { EventFacts, Ref, Scalar } from '../../../src/model/trigger.ts'
import { regex } from '../support.ts'

/** YAML → node. */
export function nodeOf(text: string): Node {
  // A document that is nothing but an empty text counts as no document.
  if (text === '""')
    return {
      kind: 'scalar',
      type: 'string',
      text: '',
      span: { start: 0, end: 2 },
      templated: false,
    }
  const found = problems()
  const node = read(text, found.report)
  if (node === null || found.list().length > 0) throw new Error(`not YAML: ${text}`)
  return node
}

/** The entries of a YAML map, each a node. */
export function nodesOf(text: string): ReadonlyMap<string, Node> {
  const node = nodeOf(text)
  if (node.kind !== 'map') throw new Error(`no map: ${text}`)
  return new Map([...node.entries].map(([key, entry]) => [key, entry.node]))
}

interface FactsChange {
  readonly ref?: Ref
  readonly event?: EventFacts
  readonly values?: Readonly<Record<string, Scalar>>
}

/** Facts of a real pipeline, unless `values` says otherwise. */
export const facts = (change: FactsChange = {}): TriggerFacts => ({
  ref: { kind: 'branch', name: 'main' },
  sha: null,
  event: { name: 'push', action: 'push', values: {} },
  values: { 'pipeline.id': 'some-id', 'pipeline.number': 7 },
  parameters: {},
  continuation: null,
  ...change,
})

/** A scope of pipeline values, with pipeline parameters from YAML. */
export const pipeline = (parameters = '{}', change: FactsChange = {}): Scope =>
  pipelineScope(facts(change), nodesOf(parameters), { regex, withParameters: true })

/** A scope with `parameters.*` from YAML. */
export const parameters = (yaml: string, base = pipeline()): Scope =>
  withNames(base, 'parameters', nodesOf(yaml), 'the job build')

/** As people read it: scalars as JavaScript values, `undefined` for what is unknown. */
export function plain(node: Node): unknown {
  if (node.kind === 'unknown') return undefined
  if (node.kind === 'list') return node.items.map(plain)
  if (node.kind === 'map')
    return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.node)]))
  if (node.type === 'null') return null
  if (node.type === 'boolean') return isTrue(node.text)
  return node.type === 'string' ? node.text : Number(node.text)
}

export interface Answer {
  readonly value: unknown
  readonly node: Node
  readonly problems: readonly Problem[]
}

const answer = (work: (report: ReturnType<typeof problems>['report']) => Node): Answer => {
  const found = problems()
  const node = work(found.report)
  return { value: plain(node), node, problems: found.list() }
}

/** The value of an expression, bare. */
export const evaluated = (text: string, scope = pipeline()): Answer =>
  answer((report) =>
    evaluate(text, place({ start: 0, end: text.length }, 'workflows.w.when'), scope, report),
  )

/** A YAML document with its templates filled in. */
export function filled(yaml: string, scope = pipeline()): Answer {
  const node = nodeOf(yaml)
  return answer((report) => fill(node, place(node.span, ''), scope, report))
}

const fieldOf = (yaml: string, path = 'workflows.w.when'): Field => {
  const field = rootField(nodeOf(yaml))
  return { ...field, at: { ...field.at, path }, key: { ...field.key, path } }
}

export const logic = (yaml: string, scope = pipeline()): Answer =>
  answer((report) => evaluateLogic(fieldOf(yaml), scope, report))

export type Judged = Judgement & { readonly problems: readonly Problem[] }

/** A `when` of a workflow; with `expression` false the condition of a step. */
export function judged(yaml: string, scope = pipeline(), expression = true): Judged {
  const found = problems()
  return {
    ...condition(fieldOf(yaml), scope, found.report, { expression }),
    problems: found.list(),
  }
}

/** The value of something in which nothing is wrong. */
export function sound({ value, problems: found }: Answer): unknown {
  if (found.length > 0) throw new Error(found.map(({ message }) => message).join('\n'))
  return value
}

/** `code: message` of the only problem. */
export function complaint({ problems: found }: Pick<Answer, 'problems'>): string {
  const [only, ...others] = found
  if (only === undefined || others.length > 0)
    throw new Error(`not one problem: ${JSON.stringify(found)}`)
  return `${only.code}: ${only.message}`
}
