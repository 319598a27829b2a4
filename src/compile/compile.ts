import { type Diagnostic, hasErrors } from '../model/diagnostic.ts'
import type { Plan } from '../model/plan.ts'
import type { Regex } from '../ports/regex.ts'
import { check } from './check/rules.ts'
import { diagnosticOf, type Locate, locator } from './explain.ts'
import type { TriggerFacts } from './facts.ts'
import { patient } from './patience.ts'
import { planOf } from './plan/plan.ts'
import { type Selection, select } from './plan/select.ts'
import { read } from './read/read.ts'
import { normalised } from './read/text.ts'
import { type Problems, problems } from './report.ts'
import { type Resolved, resolve } from './resolve/resolve.ts'
import { shape } from './shape/config.ts'

export { factsOf, type TriggerFacts } from './facts.ts'

/** A config: its text, and what to call it in diagnostics. */
export interface Source {
  readonly text: string
  readonly file: string
}

export interface Ports {
  readonly regex: Regex
}

export type Compiled =
  | { readonly kind: 'compiled'; readonly plan: Plan }
  | { readonly kind: 'rejected'; readonly diagnostics: readonly Diagnostic[] }

/** Config text + event → Plan, or everything that is wrong with it. Pure, bounded, never throws. */
export function compile(source: Source, facts: TriggerFacts, ports: Ports): Compiled {
  const { selections, diagnostics, locate } = examine(source, facts, ports)
  if (hasErrors(diagnostics)) return { kind: 'rejected', diagnostics }
  const origin = { file: source.file, sha: facts.sha }
  return { kind: 'compiled', plan: { ...planOf(selections, origin, locate), diagnostics } }
}

/** Every finding about a config, whatever the event. */
export function diagnose(source: Source, ports: Ports): readonly Diagnostic[] {
  const text = normalised(source.text)
  const found = problems()
  understand(text, found, patient(ports.regex))
  return diagnosticsOf(source, locator(text), found)
}

export interface Examined {
  /** As far as it could be told; empty when the text could not be read. */
  readonly selections: readonly Selection[]
  readonly diagnostics: readonly Diagnostic[]
  readonly locate: Locate
}

/** What an event makes of a config, errors or not: for people who ask what would run. */
export function examine(source: Source, facts: TriggerFacts, ports: Ports): Examined {
  const text = normalised(source.text)
  const locate = locator(text)
  const found = problems()
  const regex = patient(ports.regex)
  const resolved = understand(text, found, regex)
  const matching = { regex, report: found.report }
  const selections = resolved === null ? [] : select(resolved, facts, matching)
  return { selections, diagnostics: diagnosticsOf(source, locate, found), locate }
}

/** The passes that do not depend on the event. */
function understand(text: string, { report }: Problems, regex: Regex): Resolved | null {
  const root = read(text, report)
  const config = root && shape(root, report)
  const resolved = config && resolve(config, report)
  if (resolved !== null) check(resolved, { report, regex })
  return resolved
}

const diagnosticsOf = (source: Source, locate: Locate, found: Problems): readonly Diagnostic[] =>
  found.list().map((problem) => diagnosticOf(problem, source.file, locate))
