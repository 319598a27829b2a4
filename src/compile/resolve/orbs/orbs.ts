import { acceptedForms, parseReference } from '../../../model/orb-reference.ts'
import type { OrbShelf } from '../../../ports/orbs.ts'
import { nativeOrb } from '../../native/index.ts'
import { type Node, type Origin, type Place, pathOf, place } from '../../read/located.ts'
import { quoted } from '../../read/quoted.ts'
import { read } from '../../read/read.ts'
import { type Field, type Fields, isNothing, record, rootField } from '../../read/reader.ts'
import { retagged } from '../../read/retag.ts'
import { normalised } from '../../read/text.ts'
import type { Report } from '../../report.ts'
import { type Elements, noElements, shapeElements } from '../../shape/elements.ts'
import { checkKeys } from '../../shape/keys.ts'
import { fill } from '../../values/fill.ts'
import type { Scope } from '../../values/scope.ts'
import { reporter, type Trail } from '../context.ts'
import type { ImportedOrb, Namespace } from './namespace.ts'

/** What a config imports, directly and through its orbs. */
export interface Imports {
  readonly orbs: ReadonlyMap<string, ImportedOrb>
  /** Where each is imported, by alias. */
  readonly places: ReadonlyMap<string, Place>
  /** By origin: where the names of an orb's text are found. */
  readonly namespaces: ReadonlyMap<Origin, Namespace>
  /** References as written, each with the exact version that was used. */
  readonly versions: ReadonlyMap<string, string>
  /** References that must be fetched before more can be said. */
  readonly needs: readonly string[]
}

interface Loading {
  readonly shelf: OrbShelf
  readonly base: Report
  /** Of the config: values in references to orbs. */
  readonly scope: Scope
  readonly namespaces: Map<Origin, Namespace>
  readonly versions: Map<string, string>
  readonly needs: Set<string>
  /** Orbs by reference: one that is imported twice is read once. */
  readonly known: Map<string, ImportedOrb>
  /** Where orbs are imported by URL. */
  readonly urls: Place[]
}

const deepestImport = 5
const mostUrlOrbs = 50

/** Imports every orb of a config, as far as they are at hand. */
export function importOrbs(
  elements: Elements,
  tools: Pick<Loading, 'shelf' | 'base' | 'scope'>,
): Imports {
  const loading: Loading = {
    ...tools,
    namespaces: new Map(),
    versions: new Map(),
    needs: new Set(),
    known: new Map(),
    urls: [],
  }
  const orbs = importAll(elements.orbs, null, loading)
  reportUrls(loading)
  const { namespaces, versions, needs } = loading
  return { orbs, places: placesOf(elements.orbs), namespaces, versions, needs: [...needs] }
}

function reportUrls({ urls, base }: Loading): void {
  const first = urls[mostUrlOrbs]
  if (first === undefined) return
  const message = `${urls.length} orbs are imported by URL; ${mostUrlOrbs} are possible`
  base('orb-missing', first, message)
}

const placesOf = (field: Field | null): ReadonlyMap<string, Place> =>
  new Map(
    field?.value.kind === 'map'
      ? [...field.value.entries].map(([alias, { key }]) => [
          alias,
          place(key, pathOf(field.at.path, alias)),
        ])
      : [],
  )

function importAll(
  field: Field | null,
  trail: Trail | null,
  loading: Loading,
): ReadonlyMap<string, ImportedOrb> {
  const report = reporter(loading.base, trail)
  const fields = field && record(field, { report, version: '2.1' })
  const entries = [...(fields?.all ?? [])].map(([alias, entry]) => {
    const call = { what: 'orb', name: alias, at: entry.key, definition: null } as const
    const within: Trail = { ...call, up: trail, depth: (trail?.depth ?? 0) + 1 }
    return [alias, importOrb(alias, entry, within, loading)] as const
  })
  return new Map(entries)
}

const opaque: ImportedOrb = { kind: 'opaque' }

function importOrb(alias: string, field: Field, trail: Trail, loading: Loading): ImportedOrb {
  const report = reporter(loading.base, trail)
  if (!/^[A-Za-z_][\w-]*$/.test(alias))
    report('bad-name', field.key, `${quoted(alias)} cannot be the name of an orb here`, aliasHint)
  if (trail.depth > deepestImport) {
    const message = `orbs import orbs more than ${deepestImport} levels deep`
    report('orb-missing', field.key, message)
    return opaque
  }
  if (field.value.kind === 'map') return inlineOrb(alias, field.value, trail, loading)
  const value = fill(field.value, field.at, loading.scope, report)
  if (value.kind === 'unknown') return opaque
  if (value.kind !== 'scalar' || isNothing({ ...field, value })) {
    report('wrong-type', field.key, `the orb ${alias} is neither a reference nor a map`, formHint)
    return opaque
  }
  return referredOrb(value.text.trim(), { ...field, value }, trail, loading)
}

const aliasHint = 'Begin with a letter; then letters, digits, _ and - may follow.'
const formHint = 'Write `node: circleci/node@5.2.0`, an https URL, or the orb itself as a map.'

function inlineOrb(alias: string, node: Node, trail: Trail, loading: Loading): ImportedOrb {
  const outer = node.span.origin
  const name = outer === undefined ? alias : `${outer.name}/${alias}`
  const origin: Origin = { name, text: outer?.text ?? null }
  const field = rootField(retagged(node, origin))
  return orbOf(origin, { ...field, key: trail.at }, trail, loading)
}

function referredOrb(reference: string, field: Field, trail: Trail, loading: Loading): ImportedOrb {
  const known = loading.known.get(reference)
  if (known !== undefined) return known
  const orb = fetchedOrb(reference, field, trail, loading)
  loading.known.set(reference, orb)
  return orb
}

function fetchedOrb(reference: string, field: Field, trail: Trail, loading: Loading): ImportedOrb {
  const report = reporter(loading.base, trail)
  const parsed = parseReference(reference)
  if (!parsed.ok) {
    const message = `${quoted(reference)} is no reference to an orb: ${parsed.problem}`
    report('orb-missing', field.at, message, acceptedForms)
    return opaque
  }
  if (parsed.value.kind === 'url') loading.urls.push(field.at)
  if (loading.urls.length > mostUrlOrbs) return opaque
  const native = nativeOrb(reference)
  const answer = native === null ? loading.shelf(reference) : { kind: 'source' as const, ...native }
  if (answer === null) {
    loading.needs.add(reference)
    return opaque
  }
  if (answer.kind === 'missing') report('orb-missing', field.at, answer.message, answer.hint)
  if (answer.kind === 'opaque') reportOpaque(reference, field.at, report)
  if (answer.kind !== 'source') return opaque
  loading.versions.set(reference, answer.version)
  return textOrb({ reference, ...answer }, trail, loading)
}

function reportOpaque(reference: string, at: Place, report: Report): void {
  const message = `the orb ${reference} is not at hand: its jobs are named but not looked into`
  const hint = 'Allow the network, or put its source into the repository, below .circleci/orbs.'
  report('orb-opaque', at, message, hint)
}

interface OrbText {
  readonly reference: string
  readonly version: string
  readonly text: string
}

function textOrb(
  { reference, version, text }: OrbText,
  trail: Trail,
  loading: Loading,
): ImportedOrb {
  const source = normalised(text)
  const name = reference.startsWith('https://')
    ? reference
    : `${reference.replace(/@.*$/s, '')}@${version}`
  const origin: Origin = { name, text: source }
  const node = read(source, reporter(loading.base, trail), origin)
  return node === null ? opaque : orbOf(origin, rootField(node), trail, loading)
}

/** What stands in orbs beside their elements; it is for the registry and for people. */
const orbKeys = [
  'version',
  'description',
  'display',
  'examples',
  'orbs',
  'commands',
  'executors',
  'jobs',
]

function orbOf(origin: Origin, field: Field, trail: Trail, loading: Loading): ImportedOrb {
  const reading = { report: reporter(loading.base, trail), version: '2.1' } as const
  const fields: Fields | null = record(field, reading)
  if (fields !== null && origin.text === null)
    checkKeys(fields, { of: 'an orb', accepted: orbKeys, lenient: true }, reading)
  const elements = fields === null ? noElements : shapeElements(fields, true, reading)
  const orbs = importAll(elements.orbs, trail, loading)
  const namespace: Namespace = { origin, elements, orbs, used: new Set() }
  loading.namespaces.set(origin, namespace)
  return { kind: 'known', namespace }
}
