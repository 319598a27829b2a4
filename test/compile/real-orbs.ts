import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import type { OrbAnswer } from '../../src/ports/orbs.ts'

/** Orbs of the public, read from beside the project: what they declare, and configs that call it. */

const folder = resolve(import.meta.dirname, '../../../shared/data/orbs')
export const orbsAreThere = existsSync(folder)

interface Parameter {
  readonly type: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
}

export interface Element {
  /** The orb's file without its ending, e.g. `circleci__node`. */
  readonly orb: string
  readonly kind: 'commands' | 'jobs' | 'executors'
  readonly name: string
  readonly parameters: Readonly<Record<string, Parameter>>
}

const orbs: readonly string[] = orbsAreThere
  ? readdirSync(folder).flatMap((file) => (file.endsWith('.yml') ? [file.slice(0, -4)] : []))
  : []

const textOf = (orb: string): string => readFileSync(join(folder, `${orb}.yml`), 'utf8')

export const elements: readonly Element[] = orbs.flatMap((orb) => {
  const document: Readonly<Record<string, Readonly<Record<string, Partial<Element>>>>> = parse(
    textOf(orb),
    { merge: true },
  )
  return (['commands', 'jobs', 'executors'] as const).flatMap((kind) =>
    Object.entries(document[kind] ?? {}).map(([name, { parameters }]) => {
      return { orb, kind, name, parameters: parameters ?? {} }
    }),
  )
})

const referenceOf = (orb: string): string => `${orb.replace('__', '/')}@1.0.0`

/** Answers with the files of the folder; what they import and is not there is opaque. */
export function shelf(reference: string): OrbAnswer {
  const orb = orbs.find((one) => referenceOf(one).split('@')[0] === reference.split('@')[0])
  return orb === undefined
    ? { kind: 'opaque' }
    : { kind: 'source', version: '1.0.0', text: textOf(orb) }
}

const isRequired = (parameter: Parameter): boolean =>
  parameter.default === undefined || parameter.default === null

export const requiredOf = ({ parameters }: Element): readonly string[] =>
  Object.entries(parameters).flatMap(([name, parameter]) => (isRequired(parameter) ? [name] : []))

const values: Readonly<Record<string, unknown>> = {
  integer: 3,
  boolean: true,
  executor: 'base',
  steps: [{ run: 'an argument' }],
  env_var_name: 'SOME_NAME',
}

/** A text may have to be a time or an image: its default is what it should be like. */
function valueOf(parameter: Parameter): unknown {
  if (parameter.type === 'enum') return parameter.enum?.[0]
  return parameter.type === 'string' ? parameter.default || 'text' : values[parameter.type]
}

export type Arguments = Readonly<Record<string, unknown>>

/** Every required argument; with `all` the others as well. */
export function argumentsFor({ parameters }: Element, all = false): Arguments {
  const given = Object.entries(parameters).filter(([, parameter]) => all || isRequired(parameter))
  return Object.fromEntries(given.map(([name, parameter]) => [name, valueOf(parameter)]))
}

/** A config whose workflow `flow` calls the element; a command or executor through a job `caller`. */
export function calling({ orb, kind, name }: Element, given: Arguments): string {
  const call = `it/${name}`
  const base = { docker: [{ image: 'cimg/base:2024.01' }] }
  const caller = {
    commands: { executor: 'base', steps: [{ [call]: given }] },
    executors: { executor: { name: call, ...given }, steps: ['checkout'] },
    jobs: { executor: 'base', steps: ['checkout'] },
  }[kind]
  const invocation = kind === 'jobs' ? { [call]: given } : 'caller'
  return stringify({
    version: 2.1,
    orbs: { it: referenceOf(orb) },
    executors: { base },
    jobs: { caller },
    workflows: { flow: { jobs: [invocation] } },
  })
}

/** Arguments with one of the wrong type, by the parameter’s name; null: anything would do. */
export function misfits(element: Element): readonly (readonly [string, unknown])[] {
  const wrong: Readonly<Record<string, unknown>> = {
    boolean: 'neither',
    integer: 'three',
    enum: 'no such value',
    string: 12,
    steps: 'no list',
    executor: 'no-such-executor',
    env_var_name: '1 name',
  }
  return Object.entries(element.parameters).map(([name, { type }]) => [name, wrong[type]])
}
