import { diagnosticOf, locator } from '../../../src/compile/explain.ts'
import type { Node, Span } from '../../../src/compile/read/located.ts'
import { read } from '../../../src/compile/read/read.ts'
import type { Version } from '../../../src/compile/read/reader.ts'
import {
  type Field,
  type Fields,
  list,
  type Reading,
  record,
  rootField,
} from '../../../src/compile/read/reader.ts'
import { problems } from '../../../src/compile/report.ts'
import type { Environment } from '../../../src/compile/shape/environment.ts'
import { type ExecutorConfig, shapeExecutor } from '../../../src/compile/shape/executor.ts'
import { type JobConfig, shapeJob } from '../../../src/compile/shape/job.ts'
import { shapeSteps } from '../../../src/compile/shape/step.ts'
import type { StepConfig } from '../../../src/compile/shape/step-frame.ts'
import { lineOf } from '../support.ts'

/** What became of a text, and every finding as `LINE:COLUMN severity code: message`. */
export interface Shaped<Value> {
  readonly value: Value
  readonly found: readonly string[]
  readonly hints: readonly (string | null)[]
}

/** A job whose keys are this text, as the passes before would hand it over. */
export const jobOf = (text: string, version: Version = '2.1'): Shaped<JobConfig> =>
  shaped(text, version, (field, reading) => {
    const fields = mapOf(field, reading)
    const steps = fields.all.get('steps')
    const given = steps && { at: steps.key, items: list(steps, reading) ?? [] }
    return shapeJob({ value: 'build', at: field.key }, fields, given ?? null, reading)
  })

export const executorOf = (text: string, version: Version = '2.1'): Shaped<ExecutorConfig> =>
  shaped(text, version, (field, reading) => shapeExecutor(mapOf(field, reading), reading))

/** Steps, from a list in YAML; their places left out. */
export const stepsOf = (text: string, version: Version = '2.1') =>
  shaped(text, version, (field, reading) =>
    shapeSteps(list(field, reading) ?? [], reading).map(withoutPlace),
  )

const withoutPlace = (step: StepConfig) => ({ ...step, place: undefined })

/** The variables of a job whose `environment` is this text in YAML. */
export const environmentOf = (text: string): Shaped<Environment> => {
  const { value, ...rest } = jobOf(`environment: ${text}`)
  return { value: value.environment, ...rest }
}

function shaped<Value>(
  text: string,
  version: Version,
  shape: (field: Field, reading: Reading) => Value,
): Shaped<Value> {
  const collected = problems()
  const { report } = collected
  const root = read(text, report)
  if (root === null) throw new Error(`not YAML: ${JSON.stringify(collected.list())}`)
  const value = shape(rootField(filledIn(root)), { report, version })
  const locate = locator(text)
  const found = collected.list().map((problem) => diagnosticOf(problem, 'config.yml', locate))
  return { value, found: found.map(lineOf), hints: found.map(({ hint }) => hint) }
}

function mapOf(field: Field, reading: Reading): Fields {
  const fields = record(field, reading)
  if (fields === null) throw new Error('not a map')
  return fields
}

/** What an argument or an unknown value leaves behind: `=yes` and `=no`, `=text …`, `=unknown`. */
function filledIn(node: Node): Node {
  const { span } = node
  if (node.kind === 'list') return { ...node, items: node.items.map(filledIn) }
  if (node.kind === 'map') {
    const entries = [...node.entries].map(
      ([name, entry]) => [name, { ...entry, node: filledIn(entry.node) }] as const,
    )
    return { ...node, entries: new Map(entries) }
  }
  return node.kind === 'scalar' && node.text.startsWith('=') ? argument(node.text, span) : node
}

function argument(text: string, span: Span): Node {
  if (text === '=unknown') return { kind: 'unknown', span, templated: false }
  const scalar = { kind: 'scalar', span, templated: false, substituted: true } as const
  if (text === '=yes' || text === '=no')
    return { ...scalar, type: 'boolean', text: text === '=yes' ? 'true' : 'false' }
  return { ...scalar, type: 'string', text: text.replace(/^=text ?/, '') }
}
