import type { Code } from '../../codes.ts'
import type { Located, Origin, Place } from '../../read/located.ts'
import { quoted } from '../../read/quoted.ts'
import { didYouMean, listed } from '../../read/suggest.ts'
import type { Report } from '../../report.ts'
import type { Definition, Definitions, Elements } from '../../shape/elements.ts'
import { builtInSteps } from '../../shape/step.ts'

/** The names that can be used in one text: the config, or an orb. */
export interface Namespace {
  /** Undefined: the config. */
  readonly origin: Origin | undefined
  readonly elements: Elements
  readonly orbs: ReadonlyMap<string, ImportedOrb>
  /** Aliases of orbs that something in the text refers to; filled by `lookUp`. */
  readonly used: Set<string>
}

/** What stands behind the alias of an orb. */
export type ImportedOrb =
  | { readonly kind: 'known'; readonly namespace: Namespace }
  /** Not at hand: its elements have names and nothing else. */
  | { readonly kind: 'opaque' }

export type Lookup =
  | { readonly kind: 'found'; readonly definition: Definition }
  | { readonly kind: 'opaque' }
  | { readonly kind: 'missing' }

type Kind = Definition['kind']

const plurals = { job: 'jobs', command: 'commands', executor: 'executors' } as const

const definitionsOf = ({ elements }: Namespace, kind: Kind): Definitions => elements[plurals[kind]]

/** So many times an element may be the name of another element. */
const longestAlias = 5

/** What a name (`build`, `node/test`) means where it was written. */
export function lookUp(kind: Kind, name: string, from: Namespace): Lookup {
  return followed(kind, name, from, longestAlias)
}

function followed(kind: Kind, name: string, from: Namespace, left: number): Lookup {
  const definition = definitionsOf(from, kind).get(name)
  if (definition === undefined) return inOrb(kind, name, from, left)
  if (definition.alias === null) return { kind: 'found', definition }
  return left === 0 ? { kind: 'missing' } : inOrb(kind, definition.alias.value, from, left - 1)
}

function inOrb(kind: Kind, name: string, from: Namespace, left: number): Lookup {
  const slash = name.indexOf('/')
  const orb = slash < 0 ? undefined : from.orbs.get(name.slice(0, slash))
  if (orb === undefined) return { kind: 'missing' }
  from.used.add(name.slice(0, slash))
  if (orb.kind === 'opaque') return orb
  return followed(kind, name.slice(slash + 1), orb.namespace, left)
}

const codesOf = {
  job: 'unknown-job',
  command: 'unknown-step',
  executor: 'unknown-executor',
} as const satisfies Record<Kind, Code>

/** Reports a name that stands for nothing, with where it was looked for. `others`: names of other kinds. */
export function reportMissing(
  kind: Kind,
  { value: name, at }: Located<string>,
  from: Namespace,
  report: Report,
): void {
  const [alias, rest] = splitAtSlash(name)
  const orb = alias === null ? undefined : from.orbs.get(alias)
  if (orb?.kind === 'known') return missingInOrb(kind, { alias, rest, at }, orb.namespace, report)
  if (alias !== null && orb === undefined && isLikeAlias(alias))
    return reportNoOrb(kind, { alias, name, at }, from, report)
  const builtIn = kind === 'command' ? builtInSteps : []
  const known = [...definitionsOf(from, kind).keys(), ...builtIn]
  const message = `cannot find a definition for the ${kind} named ${quoted(name)}`
  report(codesOf[kind], at, message, didYouMean(name, known, allOf(kind, known)))
}

const isLikeAlias = (alias: string): boolean => /^[\w-]+$/.test(alias)

function splitAtSlash(name: string): readonly [string | null, string] {
  const slash = name.indexOf('/')
  return slash < 0 ? [null, name] : [name.slice(0, slash), name.slice(slash + 1)]
}

const allOf = (kind: Kind, known: readonly string[]): string =>
  known.length === 0
    ? `There are no ${plurals[kind]}: declare it under \`${plurals[kind]}:\`.`
    : `Known ${plurals[kind]}: ${listed(known)}.`

function missingInOrb(
  kind: Kind,
  { alias, rest, at }: { alias: string | null; rest: string; at: Place },
  orb: Namespace,
  report: Report,
): void {
  const known = [...definitionsOf(orb, kind).keys()]
  const name = orb.origin?.name ?? alias
  const message = `cannot find a definition for the ${kind} named ${quoted(`${alias}/${rest}`)}: the orb ${name} has no such ${kind}`
  const all = `Its ${plurals[kind]}: ${known.length === 0 ? 'none' : listed(known)}.`
  report(codesOf[kind], at, message, didYouMean(rest, known, all))
}

function reportNoOrb(
  kind: Kind,
  { alias, name, at }: { alias: string; name: string; at: Place },
  from: Namespace,
  report: Report,
): void {
  const known = [...from.orbs.keys()]
  const message = `cannot find a definition for the ${kind} named ${quoted(name)}: no orb is imported as ${quoted(alias)}`
  const all = known.length === 0 ? 'Import it under `orbs:`.' : `Imported orbs: ${listed(known)}.`
  report(codesOf[kind], at, message, didYouMean(alias, known, all))
}
