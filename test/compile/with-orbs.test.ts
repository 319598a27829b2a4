import { expect, test } from 'vitest'
import { withOrbs } from '../../src/compile/with-orbs.ts'
import type { OrbAnswer, OrbShelf } from '../../src/ports/orbs.ts'

const source = (text: string): OrbAnswer => ({ kind: 'source', version: '1.0.0', text })

/** Drives `attempt` with orbs whose text is what `textOf` says; what was fetched, by rounds. */
function drive<Answer>(
  attempt: (orbs: OrbShelf) => Answer,
  textOf = (reference: string) => reference,
) {
  const rounds: (readonly string[])[] = []
  const asking = withOrbs(attempt)
  let step = asking.next()
  while (!step.done) {
    rounds.push(step.value)
    step = asking.next(step.value.map((reference) => source(textOf(reference))))
  }
  return { answer: step.value, rounds }
}

/** Reads `first` and, as long as an orb's text names others, those as well. */
const reading =
  (...first: readonly string[]) =>
  (orbs: OrbShelf): readonly (OrbAnswer | null)[] => {
    const answers: (OrbAnswer | null)[] = []
    const toRead = [...first]
    for (let next = toRead.shift(); next !== undefined; next = toRead.shift()) {
      const answer = orbs(next)
      answers.push(answer)
      if (answer?.kind === 'source') toRead.push(...answer.text.split(' ').filter(Boolean))
    }
    return answers
  }

const messagesOf = (answers: readonly (OrbAnswer | null)[]) =>
  answers.flatMap((answer) => (answer?.kind === 'missing' ? [answer.message] : []))

test('what needs no orb is attempted once', () => {
  let attempts = 0
  const { answer, rounds } = drive(() => (attempts += 1))
  expect([answer, rounds, attempts]).toEqual([1, [], 1])
})

test('orbs are asked for in rounds, each once, until the last brought in no more', () => {
  const texts: Record<string, string> = { a: 'b c', b: 'c d', c: '', d: 'a' }
  let attempts = 0
  const bounded = (orbs: OrbShelf) => {
    attempts += 1
    const seen = new Set<string>()
    const see = (name: string): void => {
      if (seen.has(name)) return
      seen.add(name)
      const answer = orbs(name)
      if (answer?.kind === 'source') answer.text.split(' ').filter(Boolean).forEach(see)
    }
    see('a')
    return [...seen].toSorted()
  }
  const { answer, rounds } = drive(bounded, (reference) => texts[reference] ?? '')
  expect(rounds).toEqual([['a'], ['b', 'c'], ['d']])
  expect(answer).toEqual(['a', 'b', 'c', 'd'])
  expect(attempts).toBe(4)
})

test('an answer that is no source is an answer too', () => {
  const asking = withOrbs((orbs) => orbs('a')?.kind)
  expect(asking.next()).toEqual({ done: false, value: ['a'] })
  expect(asking.next([{ kind: 'opaque' }])).toEqual({ done: true, value: 'opaque' })
})

test('orbs that bring in orbs without end are refused where the twenty-first level is', () => {
  const { answer, rounds } = drive(reading('x0'), (name) => `x${Number(name.slice(1)) + 1}`)
  expect(rounds).toHaveLength(20)
  expect(messagesOf(answer)).toEqual(['orbs bring in orbs 20 levels deep'])
})

test('two hundred orbs are fetched, one more is refused', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `o${index}`)
  const enough = drive(reading(...names(200)), () => '')
  expect(messagesOf(enough.answer)).toEqual([])
  const tooMany = drive(reading(...names(201)), () => '')
  expect(tooMany.rounds).toEqual([])
  expect(new Set(messagesOf(tooMany.answer))).toEqual(new Set(['this config brings in 201 orbs']))
})

test('of orbs that are too large together, those are taken that fit', () => {
  const sizes: Record<string, number> = { a: 8, b: 8, c: 1, d: 0 }
  const textOf = (name: string) => ' '.repeat((sizes[name] ?? 0) * 1024 * 1024)
  const { answer } = drive((orbs) => ['a', 'b', 'c', 'd'].map((name) => orbs(name)), textOf)
  expect(answer.map((one) => one?.kind)).toEqual(['source', 'source', 'missing', 'source'])
  expect(messagesOf(answer)).toEqual(['the orbs of this config are too large'])
})
