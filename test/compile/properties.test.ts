import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlannedWorkflow } from '../../src/model/plan.ts'
import { compileText, findings, planOf, withWorkflow } from './support.ts'

const golden = join(import.meta.dirname, 'golden')
const configs = readdirSync(golden).map(
  (file) => readFileSync(join(golden, file), 'utf8').split(/^---\n/m)[0] ?? '',
)

/** A config with some of its text cut out, repeated, moved or replaced by something awkward. */
const mutated = fc
  .tuple(
    fc.constantFrom(...configs),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(40),
        insert: fc.oneof(
          fc.constantFrom(
            '',
            '- ',
            ': ',
            '&a ',
            '*a ',
            '<<: *job',
            '{',
            ']',
            '"',
            '\t',
            '\n',
            '\0',
            '|',
          ),
          fc.string({ maxLength: 8, unit: 'binary' }),
        ),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((before, { at, length, insert }) => {
      const start = Math.floor(at * before.length)
      return before.slice(0, start) + insert + before.slice(start + length)
    }, text),
  )

test('compiling never throws, and never tells more than a hundred things', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const found = findings(text)
      expect(found.length).toBeLessThanOrEqual(100)
      const lines = text.split(/\r\n?|\n/).length
      for (const { where } of found) {
        expect(where.line).toBeGreaterThanOrEqual(1)
        expect(where.line).toBeLessThanOrEqual(lines)
        expect(where.column).toBeGreaterThanOrEqual(1)
        expect(where.endLine).toBeGreaterThanOrEqual(where.line)
      }
    }),
    { numRuns: 600 },
  )
})

test('any text at all gets an answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(['compiled', 'rejected']).toContain(compileText(text).kind)
    }),
    { numRuns: 500 },
  )
})

/** Names in a range; each job may require any that stands before it, or (sometimes) any at all. */
const graphs = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean()).chain(([size, forwards]) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, index) =>
      fc.record({
        requires: fc.uniqueArray(fc.nat(forwards ? size - 1 : Math.max(0, index - 1)), {
          maxLength: index === 0 && !forwards ? 0 : 3,
        }),
        only: fc.constantFrom(null, 'main', 'other', '/m.*/'),
      }),
    ),
  ),
)

const textOf = (jobs: readonly { requires: readonly number[]; only: string | null }[]) =>
  withWorkflow(
    [],
    jobs
      .map(({ requires, only }, index) => {
        const filters = only === null ? '' : `, filters: { branches: { only: '${only}' } }`
        const names = requires.map((one) => `j${one}`).join(', ')
        return `      - j${index}: { type: approval, requires: [${names}]${filters} }\n`
      })
      .join(''),
  )

test('a graph that compiles has no cycle, and requires only what runs', () => {
  fc.assert(
    fc.property(graphs, (jobs) => {
      const answer = compileText(textOf(jobs))
      if (answer.kind === 'rejected') {
        expect(answer.diagnostics.map(({ code }) => code)).toContain('requires-cycle')
        expect(
          canFinish(
            jobs.map(({ requires }, index) => [`j${index}`, requires.map((one) => `j${one}`)]),
          ),
        ).toBe(false)
      } else
        for (const workflow of answer.plan.workflows)
          expect(canFinish(edgesOf(workflow))).toBe(true)
    }),
    { numRuns: 400 },
  )
})

const edgesOf = ({ jobs }: PlannedWorkflow): readonly (readonly [string, readonly string[]])[] =>
  jobs.map(({ name, requires }) => [name, requires.map(({ job }) => job)])

/** Whether every job can start once those it requires have ended. */
function canFinish(edges: readonly (readonly [string, readonly string[]])[]): boolean {
  const ended = new Set<string>()
  for (let before = -1; before < ended.size; ) {
    before = ended.size
    for (const [name, requires] of edges)
      if (requires.every((one) => ended.has(one))) ended.add(name)
  }
  return ended.size === edges.length
}

test('a job runs exactly if its filter allows it and something that it requires runs', () => {
  fc.assert(
    fc.property(graphs, (jobs) => {
      const answer = compileText(textOf(jobs))
      if (answer.kind === 'rejected') return
      const selected = new Set(
        answer.plan.workflows.flatMap((one) => one.jobs.map(({ name }) => name)),
      )
      for (const [index, { requires, only }] of jobs.entries()) {
        const fed = requires.length === 0 || requires.some((one) => selected.has(`j${one}`))
        expect(selected.has(`j${index}`)).toBe(only !== 'other' && fed)
      }
    }),
    { numRuns: 300 },
  )
})

test('the order of the top-level keys is irrelevant', () => {
  const parts = [
    'version: 2.1\n',
    'jobs:\n  a: { machine: { image: b }, steps: [{ run: one }] }\n  b: { machine: { image: b }, steps: [checkout] }\n',
    'workflows:\n  w:\n    jobs: [a, { b: { requires: [a] } }]\n',
    'note: ignored\n',
  ]
  const meaning = (text: string) =>
    JSON.stringify(planOf(text), (key, value: unknown) => (key === 'where' ? undefined : value))
  const expected = meaning(parts.join(''))
  fc.assert(
    fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
      expect(meaning(shuffled.join(''))).toBe(expected)
    }),
  )
})
