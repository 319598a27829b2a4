import type { OrbAnswer, OrbShelf } from '../ports/orbs.ts'

/** What one config may bring in, with all that its orbs bring in. */
const limits = { rounds: 20, orbs: 200, characters: 16 * 1024 * 1024 }

/**
 * Attempts something that needs orbs, again and again, until it asks for no more. Yields the references
 * that were asked for in vain and takes their answers, in the same order; so this stays pure, and whoever
 * drives it fetches. A config that asks without end is told so: from a limit on, every further orb is
 * missing, which the last attempt reports where the orb was written.
 */
export function* withOrbs<Answer>(
  attempt: (orbs: OrbShelf) => Answer,
): Generator<readonly string[], Answer, readonly OrbAnswer[]> {
  const shelf = new Map<string, OrbAnswer>()
  let refusal: OrbAnswer | null = null
  for (let round = 0; ; round += 1) {
    const wanted = new Set<string>()
    const answer = attempt((reference) => {
      const found = shelf.get(reference) ?? refusal
      if (found === null) wanted.add(reference)
      return found
    })
    if (wanted.size === 0) return answer
    refusal = beyond(round, shelf.size + wanted.size)
    if (refusal === null) fill(shelf, [...wanted], yield [...wanted])
  }
}

/** What every further orb is told once a limit is reached; null: go on. */
function beyond(round: number, orbs: number): OrbAnswer | null {
  if (round >= limits.rounds) return refused(`orbs bring in orbs ${limits.rounds} levels deep`)
  return orbs > limits.orbs ? refused(`this config brings in ${orbs} orbs`) : null
}

/** Shelves the answers; of texts that are too much together, those that still fit. */
function fill(
  shelf: Map<string, OrbAnswer>,
  wanted: readonly string[],
  answers: readonly OrbAnswer[],
): void {
  let characters = shelf.values().reduce((sum, answer) => sum + lengthOf(answer), 0)
  for (const [index, answer] of answers.entries()) {
    const fits = characters + lengthOf(answer) <= limits.characters
    if (fits) characters += lengthOf(answer)
    shelf.set(wanted[index] ?? '', fits ? answer : refused('the orbs of this config are too large'))
  }
}

const lengthOf = (answer: OrbAnswer): number => (answer.kind === 'source' ? answer.text.length : 0)

const refused = (message: string): OrbAnswer => ({
  kind: 'missing',
  message,
  hint: `At most ${limits.orbs} orbs, ${limits.rounds} levels deep, of ${limits.characters} characters together are taken.`,
})
