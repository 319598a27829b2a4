import { type Diagnostic, hasErrors } from '../model/diagnostic.ts'
import type { Plan } from '../model/plan.ts'
import type { OrbShelf } from '../ports/orbs.ts'
import type { Regex } from '../ports/regex.ts'
import { check } from './check/rules.ts'
import { checkSetup } from './check/setup.ts'
import { diagnosticOf, type Locate, locator } from './explain.ts'
import type { TriggerFacts } from './facts.ts'
import { patient } from './patience.ts'
import { planOf } from './plan/plan.ts'
import { schedulesOn } from './plan/schedules.ts'
import { type Selection, select } from './plan/select.ts'
import { read } from './read/read.ts'
import { normalised } from './read/text.ts'
import { type Problems, problems } from './report.ts'
import { type Resolved, resolve } from './resolve/resolve.ts'
import { shape } from './shape/config.ts'

export type { OrbShelf } from '../ports/orbs.ts'
export { factsOf, type TriggerFacts } from './facts.ts'

/** A config: its text, and what to call it in diagnostics. */
export interface Source {
  readonly text: string
  readonly file: string
}

export interface Ports {
  readonly regex: Regex
  /** Absent: every orb that is not inline is opaque. */
  readonly orbs?: OrbShelf
}

export type Compiled =
  | { readonly kind: 'compiled'; readonly plan: Plan }
  | { readonly kind: 'rejected'; readonly diagnostics: readonly Diagnostic[] }
  /** These are not on the shelf yet: fetch them and compile again. They may bring in more. */
  | { readonly kind: 'needs-orbs'; readonly references: readonly string[] }

/** Config text + event → Plan, or everything that is wrong with it. Pure, bounded, never throws. */
export function compile(source: Source, facts: TriggerFacts, ports: Ports): Compiled {
  const examined = examine(source, facts, ports)
  const { selections, schedules, diagnostics, locate, needsOrbs, resolved } = examined
  if (needsOrbs.length > 0) return { kind: 'needs-orbs', references: needsOrbs }
  if (resolved === null || hasErrors(diagnostics)) return { kind: 'rejected', diagnostics }
  const origin = {
    source: { file: source.file, sha: facts.sha },
    setup: resolved.config.setup && { taken: resolved.parameters.taken },
    orbs: Object.fromEntries(resolved.imports.versions),
  }
  return {
    kind: 'compiled',
    plan: { ...planOf(selections, origin, locate), schedules, diagnostics },
  }
}

/** Every finding about a config, whatever the event. */
export function diagnose(source: Source, ports: Ports): readonly Diagnostic[] {
  const text = normalised(source.text)
  const found = problems()
  const regex = patient(ports.regex)
  understand(text, { ...ports, regex, facts: anyEvent, anyEvent: true }, found)
  return diagnosticsOf(source, locator(text), found)
}

/** Stands for an event of which nothing is known. */
const anyEvent: TriggerFacts = {
  ref: { kind: 'branch', name: 'main' },
  sha: null,
  event: { name: 'push', action: 'push', values: {} },
  values: {},
  parameters: {},
  continuation: null,
}

export interface Examined {
  /** As far as it could be told; empty when the text could not be read. */
  readonly selections: readonly Selection[]
  readonly schedules: Plan['schedules']
  readonly diagnostics: readonly Diagnostic[]
  readonly locate: Locate
  /** Orbs that are not on the shelf yet; without them the rest is told as far as it can be. */
  readonly needsOrbs: readonly string[]
  /** Null when the text could not be read. */
  readonly resolved: Resolved | null
}

/** What an event makes of a config, errors or not: for people who ask what would run. */
export function examine(source: Source, facts: TriggerFacts, ports: Ports): Examined {
  const text = normalised(source.text)
  const locate = locator(text)
  const found = problems()
  const regex = patient(ports.regex)
  const resolved = understand(text, { ...ports, regex, facts, anyEvent: false }, found)
  const matching = { regex, report: found.report }
  const selections = resolved === null ? [] : select(resolved, facts, matching)
  const schedules = resolved === null ? [] : schedulesOn(facts.ref, resolved, matching)
  if (resolved !== null) checkSetup(resolved, selections, facts, found.report)
  const diagnostics = diagnosticsOf(source, locate, found)
  const needsOrbs = resolved?.imports.needs ?? []
  return { selections, schedules, diagnostics, locate, needsOrbs, resolved }
}

interface Understanding extends Ports {
  readonly facts: TriggerFacts
  readonly anyEvent: boolean
}

/** Every pass but the last: what the config says for an event, or for any. */
function understand(text: string, given: Understanding, { report }: Problems): Resolved | null {
  const root = read(text, report)
  const config = root && shape(root, report)
  if (config === null) return null
  const { facts, regex, orbs: shelf = () => ({ kind: 'opaque' }), anyEvent: any } = given
  const resolved = resolve(config, { source: text, facts, regex, report, shelf, anyEvent: any })
  check(resolved, { report, regex })
  return resolved
}

const diagnosticsOf = (source: Source, locate: Locate, found: Problems): readonly Diagnostic[] =>
  found.list().map((problem) => diagnosticOf(problem, source.file, locate))
