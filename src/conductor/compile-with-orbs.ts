import { type Compiled, compile, type Source, type TriggerFacts } from '../compile/compile.ts'
import { withOrbs } from '../compile/with-orbs.ts'
import type { Orbs, Vendored } from '../ports/orbs.ts'
import type { Regex } from '../ports/regex.ts'

interface Parts {
  readonly regex: Regex
  readonly orbs: Orbs
}

/** What compiling comes to when no orb is missing on the way. */
export type Settled = Exclude<Compiled, { readonly kind: 'needs-orbs' }>

/**
 * Compiles a config with the orbs that it needs; those of one round are fetched side by side. An orb that
 * is not to be had is a diagnostic of the rejection. Rejects only as `vendored` and the orb cache do.
 */
export async function compileWithOrbs(
  source: Source,
  facts: TriggerFacts,
  { regex, orbs }: Parts,
  vendored: Vendored,
): Promise<Settled> {
  const asking = withOrbs((shelf) => compile(source, facts, { regex, orbs: shelf }))
  let step = asking.next()
  while (!step.done) {
    const answers = await Promise.all(step.value.map((one) => orbs.fetch(one, vendored)))
    step = asking.next(answers)
  }
  return settled(step.value)
}

function settled(answer: Compiled): Settled {
  if (answer.kind === 'needs-orbs')
    throw new Error(`the compiler needs orbs that it did not ask for: ${answer.references.join()}`)
  return answer
}
