import type { OrbAnswer, OrbShelf } from '../ports/orbs.ts'

/** What one config may bring in, with all that its orbs bring in. */
const limits = { rounds: 20, orbs: 200, characters: 16 * 1024 * 1024 }

/** The orbs that one config was given so far. Plain data, so that it can cross to another thread. */
export interface Stock {
  readonly answers: ReadonlyMap<string, OrbAnswer>
  /** What every further orb is told, once a limit is reached. */
  readonly refusal: OrbAnswer | null
  readonly rounds: number
}

export const noStock: Stock = { answers: new Map(), refusal: null, rounds: 0 }

export const shelfOf =
  ({ answers, refusal }: Stock): OrbShelf =>
  (reference) =>
    answers.get(reference) ?? refusal

/** The stock after `wanted` was asked for in vain, or what is to be fetched for it first. */
export function restock(
  stock: Stock,
  wanted: readonly string[],
): { readonly stock: Stock; readonly fetch: readonly string[] } {
  const refusal = beyond(stock.rounds, stock.answers.size + wanted.length)
  return { stock: { ...stock, refusal, rounds: stock.rounds + 1 }, fetch: refusal ? [] : wanted }
}

/**
 * Attempts something that needs orbs, again and again, until it asks for no more. Yields the references
 * that were asked for in vain and takes their answers, in the same order; so this stays pure, and whoever
 * drives it fetches. A config that asks without end is told so: from a limit on, every further orb is
 * missing, which the last attempt reports where the orb was written.
 */
export function* withOrbs<Answer>(
  attempt: (orbs: OrbShelf) => Answer,
): Generator<readonly string[], Answer, readonly OrbAnswer[]> {
  for (let stock = noStock; ; ) {
    const wanted = new Set<string>()
    const shelf = shelfOf(stock)
    const answer = attempt((reference) => {
      const found = shelf(reference)
      if (found === null) wanted.add(reference)
      return found
    })
    if (wanted.size === 0) return answer
    const next = restock(stock, [...wanted])
    stock = next.fetch.length > 0 ? stocked(next.stock, next.fetch, yield next.fetch) : next.stock
  }
}

/** What every further orb is told once a limit is reached; null: go on. */
function beyond(round: number, orbs: number): OrbAnswer | null {
  if (round >= limits.rounds) return refused(`orbs bring in orbs ${limits.rounds} levels deep`)
  return orbs > limits.orbs ? refused(`this config brings in ${orbs} orbs`) : null
}

/** The stock with these answers, in the order of `fetched`; of texts that are too much, those that fit. */
export function stocked(
  stock: Stock,
  fetched: readonly string[],
  answers: readonly OrbAnswer[],
): Stock {
  const all = new Map(stock.answers)
  let characters = all.values().reduce((sum, answer) => sum + lengthOf(answer), 0)
  for (const [index, answer] of answers.entries()) {
    const fits = characters + lengthOf(answer) <= limits.characters
    if (fits) characters += lengthOf(answer)
    all.set(fetched[index] ?? '', fits ? answer : refused('the orbs of this config are too large'))
  }
  return { ...stock, answers: all }
}

const lengthOf = (answer: OrbAnswer): number => (answer.kind === 'source' ? answer.text.length : 0)

const refused = (message: string): OrbAnswer => ({
  kind: 'missing',
  message,
  hint: `At most ${limits.orbs} orbs, ${limits.rounds} levels deep, of ${limits.characters} characters together are taken.`,
})
