import type { Compiled, Source, TriggerFacts } from '../compile/compile.ts'
import { noStock, restock, type Stock, stocked } from '../compile/with-orbs.ts'
import type { Orbs, Vendored } from '../ports/orbs.ts'

/**
 * Compiles with the orbs that are at hand. Configs are hostile and compiling is work, so that it may be
 * done elsewhere; what takes too long or too much memory is a rejection.
 */
export type CompileOnce = (work: Work) => Promise<Compiled>

export interface Work {
  readonly source: Source
  readonly facts: TriggerFacts
  readonly orbs: Stock
}

interface Parts {
  readonly compile: CompileOnce
  readonly orbs: Orbs
}

/** What compiling comes to when no orb is missing on the way. */
export type Settled = Exclude<Compiled, { readonly kind: 'needs-orbs' }>

/**
 * Compiles a config with the orbs that it needs; those of one round are fetched side by side. An orb that
 * is not to be had is a diagnostic of the rejection. Rejects only as `compile`, `vendored` and the orb
 * cache do.
 */
export async function compileWithOrbs(
  source: Source,
  facts: TriggerFacts,
  { compile, orbs }: Parts,
  vendored: Vendored,
): Promise<Settled> {
  for (let stock = noStock; ; ) {
    const answer = await compile({ source, facts, orbs: stock })
    if (answer.kind !== 'needs-orbs') return answer
    const { stock: next, fetch } = restock(stock, answer.references)
    const answers = await Promise.all(fetch.map((one) => orbs.fetch(one, vendored)))
    stock = stocked(next, fetch, answers)
  }
}
