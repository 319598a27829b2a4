/** A resolved config → the same as a version-2 config, in which nothing is left to resolve. */
import type { Resolved } from '../resolve/resolve.ts'
import type { Document, Value } from './document.ts'
import { entriesOf } from './entries.ts'
import { workflowDocument } from './workflow.ts'
import { yamlOf } from './yaml.ts'

export type Processed =
  | { readonly kind: 'processed'; readonly text: string }
  /** Orbs by alias that are not at hand, so that nobody knows what jobs and steps of theirs run. */
  | { readonly kind: 'opaque'; readonly orbs: readonly string[] }

/**
 * The compiled form of a config without errors, as CircleCI's `config process` prints it: commands,
 * executors, parameters, matrices and orbs are gone; workflows whose condition is not met, or that have
 * no jobs, are left out; filters and schedules stay. Compiled again it gives the same jobs, and processed
 * again the same text. Where two workflows have different jobs of one name, they get numbers.
 * The facts for which it was resolved must hold `pipeline.id`: a value that is not known cannot be printed.
 */
export function processed(resolved: Resolved): Processed {
  const orbs = opaqueOrbs(resolved)
  if (orbs.length > 0) return { kind: 'opaque', orbs }
  const open = resolved.workflows.filter(({ gate, jobs }) => gate.open === true && jobs.length > 0)
  const { jobs, names } = entriesOf(open.map((workflow) => workflow.jobs))
  const workflows = open.map((workflow, index) => {
    return [workflow.name.value, workflowDocument(workflow, names[index] ?? new Map())] as const
  })
  // A workflow that is itself called `version` takes the place of the old key.
  const listed: Document = new Map<string, Value>([['version', 2], ...workflows])
  const text = yamlOf({ version: 2, jobs, workflows: listed })
  return { kind: 'processed', text: `${commentsOf(resolved)}${text}` }
}

function opaqueOrbs({ imports }: Resolved): readonly string[] {
  const imported = [imports.orbs, ...imports.namespaces.values().map(({ orbs }) => orbs)]
  const opaque = imported.flatMap((orbs) => [...orbs].filter(([, { kind }]) => kind === 'opaque'))
  return [...new Set(opaque.map(([alias]) => alias))]
}

/** What a version-2 config cannot say: which orbs it was made with, and that it is a setup config. */
function commentsOf({ imports, config }: Resolved): string {
  const orbs = [...imports.versions].map(([reference, version]) => {
    return `# orb ${JSON.stringify(reference)}: ${JSON.stringify(version)}\n`
  })
  return [...(config.setup === null ? [] : ['# setup: true\n']), ...orbs].join('')
}
