import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { compile, diagnose } from '../../src/compile/compile.ts'
import { corpusFiles, corpusIsThere, corpusText } from './corpus.ts'
import { factsFrom } from './oracles/support.ts'
import { regex } from './support.ts'

if (!corpusIsThere)
  console.log('properties-corpus.test.ts is skipped: there is no corpus beside the project')
const ports = { regex, orbs: () => ({ kind: 'opaque' }) as const }
const texts = corpusFiles.map(corpusText)

/** What a place between 0 and 1 stands for in a list of this length. */
const placed = (at: number, length: number): number => Math.floor(at * length)
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

type Change = (text: string) => string

const onLines =
  (change: (lines: string[]) => void): Change =>
  (text) => {
    const lines = text.split('\n')
    change(lines)
    return lines.join('\n')
  }

const dropped = fc.tuple(place, fc.nat(60)).map(
  ([at, length]): Change =>
    (text) => {
      const start = placed(at, text.length)
      return text.slice(0, start) + text.slice(start + length)
    },
)

const moved = fc.tuple(place, place, fc.nat(5)).map(([from, to, count]) =>
  onLines((lines) => {
    const cut = lines.splice(placed(from, lines.length), count + 1)
    lines.splice(placed(to, lines.length), 0, ...cut)
  }),
)

const indented = fc
  .tuple(place, fc.integer({ min: -4, max: 4 }), fc.nat(6))
  .map(([at, by, count]) =>
    onLines((lines) => {
      const first = placed(at, lines.length)
      for (let index = first; index < Math.min(first + count + 1, lines.length); index += 1) {
        const line = lines[index] ?? ''
        lines[index] =
          by >= 0 ? ' '.repeat(by) + line : line.replace(new RegExp(`^ {0,${-by}}`), '')
      }
    }),
  )

const repeated = fc.tuple(place, fc.nat(8)).map(([at, count]) =>
  onLines((lines) => {
    const first = placed(at, lines.length)
    lines.splice(first, 0, ...lines.slice(first, first + count + 1))
  }),
)

const values = texts.flatMap((text) =>
  [...text.matchAll(/: +(\S.*)$/gm)].map(([, value]) => value ?? ''),
)

const swapped = fc.tuple(place, place).map(([at, other]) =>
  onLines((lines) => {
    const index = placed(at, lines.length)
    const value = values[placed(other, values.length)] ?? ''
    lines[index] = (lines[index] ?? '').replace(/: +\S.*$/, () => `: ${value}`)
  }),
)

const inserted = fc
  .tuple(
    place,
    fc.constantFrom(
      '<< parameters.x >>',
      '<< pipeline.git.branch >>',
      '<<# pipeline.number >>',
      '<</',
      '<<',
      '>>',
      '\\<<',
      '*',
      '&a ',
      '<<: *a',
      '- ',
      ': ',
      '{',
      ']',
      '"',
      '\t',
      '\n',
      '\0',
      '\uD800',
      '__proto__',
      '- when: { condition: { and: [] }, steps: [] }\n',
      'matrix: { parameters: { a: [1, 2] } }\n',
    ),
  )
  .map(
    ([at, insert]): Change =>
      (text) => {
        const start = placed(at, text.length)
        return text.slice(0, start) + insert + text.slice(start)
      },
  )

const changes = fc.array(fc.oneof(dropped, moved, indented, repeated, swapped, inserted), {
  minLength: 1,
  maxLength: 4,
})
const events = fc.constantFrom(
  { branch: 'main' },
  { branch: 'feature/foo-123' },
  { tag: 'v1.2.3' },
  { event: 'schedule' } as const,
  { event: 'pull_request', action: 'opened' } as const,
)

let slowest = { time: 0, text: '' }
afterAll(() => {
  if (corpusIsThere)
    console.log(`the slowest of the mutated configs took ${Math.round(slowest.time)} ms`)
})

test.runIf(corpusIsThere)(
  'whatever is done to a real config, it gets an answer with places in the text',
  () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), changes, events, (before, list, event) => {
        const text = list.reduce((changed, change) => change(changed), before)
        const source = { text, file: 'config.yml' }
        const started = performance.now()
        const answer = compile(source, factsFrom(event), ports)
        const time = performance.now() - started
        if (time > slowest.time) slowest = { time, text }
        expect(['compiled', 'rejected']).toContain(answer.kind)
        const found = answer.kind === 'rejected' ? answer.diagnostics : diagnose(source, ports)
        expect(found.length).toBeLessThanOrEqual(100)
        const lines = text.split(/\r\n?|\n/).length
        for (const { where, message } of found) {
          expect(where.line).toBeGreaterThanOrEqual(1)
          expect(where.line).toBeLessThanOrEqual(lines)
          expect(where.column).toBeGreaterThanOrEqual(1)
          expect(message).not.toMatch(/undefined|\[object|NaN/)
        }
      }),
      { numRuns: 600 },
    )
  },
  300_000,
)

/** The top-level entries of a file, each with the lines below it; null where that would not be safe. */
function parts(text: string): readonly string[] | null {
  // An alias must stay behind its anchor, and what stands outside of the keys has no part.
  if (/[&*]\w/.test(text) || /^(---|\.\.\.|%)/m.test(text) || text.includes('\t')) return null
  const found = text.split(/^(?=[A-Za-z"'])/m)
  return found.every((part) => /^[A-Za-z][\w-]*:/.test(part)) && found.length > 1 ? found : null
}

const divided = texts.flatMap((text) => {
  const found = parts(text.endsWith('\n') ? text : `${text}\n`)
  return found === null ? [] : [found]
})

const meaningOf = (text: string) => {
  const answer = compile({ text, file: 'config.yml' }, factsFrom(), ports)
  if (answer.kind !== 'compiled') return answer.kind
  const { workflows, notSelected } = answer.plan
  const sorted = workflows.toSorted((a, b) => a.name.localeCompare(b.name))
  return JSON.stringify(
    [sorted, notSelected.map(({ name }) => name).toSorted()],
    (key, value: unknown) => (key === 'where' ? undefined : value),
  )
}

test.runIf(corpusIsThere)(
  'the order of the top-level keys of a real config is irrelevant',
  () => {
    expect(divided.length).toBeGreaterThan(20)
    const cases = fc
      .constantFrom(...divided)
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
      )
    fc.assert(
      fc.property(cases, ([list, shuffled]) => {
        expect(meaningOf(shuffled.join(''))).toBe(meaningOf(list.join('')))
      }),
      { numRuns: 100 },
    )
  },
  120_000,
)
