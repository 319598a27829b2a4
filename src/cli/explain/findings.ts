import { diagnose, examine, type OrbShelf } from '../../compile/compile.ts'
import type { TriggerFacts } from '../../compile/facts.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { branchOf, type Ref, tagOf } from '../../model/trigger.ts'
import type { Regex } from '../../ports/regex.ts'
import { configOf, type Example, type Push } from './explanation.ts'

/** Every finding about the config of an example. */
export function findings(example: Example, regex: Regex): readonly Diagnostic[] {
  const { push = null, orbs = {}, offline = false } = typeof example === 'string' ? {} : example
  const source = { text: configOf(example).text, file: 'config.yml' }
  const ports = { regex, orbs: shelfOf(orbs, offline) }
  return push === null ? diagnose(source, ports) : examine(source, factsOf(push), ports).diagnostics
}

const shelfOf =
  (orbs: Readonly<Record<string, string>>, offline: boolean): OrbShelf =>
  (reference) => {
    const text = orbs[reference]
    if (text !== undefined) return { kind: 'source', version: reference, text }
    if (offline) return { kind: 'opaque' }
    return { kind: 'missing', message: `the registry has no orb ${reference}`, hint: null }
  }

function factsOf({ branch = 'main', tag, continuation }: Push): TriggerFacts {
  const ref: Ref = tag === undefined ? { kind: 'branch', name: branch } : { kind: 'tag', name: tag }
  return {
    ref,
    sha: null,
    event: { name: 'push', action: 'push', values: {} },
    values: {
      'pipeline.git.branch': branchOf(ref),
      'pipeline.git.tag': tagOf(ref),
      'pipeline.event.name': 'push',
      'pipeline.event.action': 'push',
    },
    parameters: {},
    continuation: continuation ?? null,
  }
}
