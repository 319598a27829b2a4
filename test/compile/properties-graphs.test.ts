import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFor, requirementsOf } from './oracles/support.ts'

/**
 * Names and requirements (section 3.6 of the specification) against a second, simple reading of the
 * rules: base names first, requirements bound to those, numbers where a base name is not alone.
 */

interface Invocation {
  readonly key: string
  readonly name: string | null
  readonly matrix: readonly string[] | null
  readonly requires: readonly string[]
}

const keys = ['a', 'b', 'c', 'd']
const references = fc.constantFrom(...keys, 'x', 'y', 'a-1', 'b-2', 'x-1')

const invocation = fc.record({
  key: fc.constantFrom(...keys),
  name: fc.option(fc.constantFrom('x', 'y', 'z', 'a', 'x-<< matrix.v >>'), { freq: 1 }),
  matrix: fc.option(fc.constantFrom<readonly string[]>(['1'], ['1', '2']), { freq: 1 }),
  requires: fc.uniqueArray(references, { maxLength: 2 }),
})

const workflow = fc
  .array(invocation, { minLength: 1, maxLength: 6 })
  .map((list) =>
    list.map((one) =>
      one.matrix === null && one.name?.includes('<<') ? { ...one, name: null } : one,
    ),
  )

function textOf(list: readonly Invocation[]): string {
  const jobs = keys.map(
    (key) =>
      `  ${key}: { parameters: { v: { type: string, default: "0" } }, machine: true, steps: [checkout] }\n`,
  )
  const items = list.map(({ key, name, matrix, requires }) => {
    const named = name === null ? '' : `name: "${name}", `
    const values = matrix?.map((value) => `"${value}"`).join(', ')
    const multiplied = values === undefined ? '' : `matrix: { parameters: { v: [${values}] } }, `
    return `      - ${key}: { ${named}${multiplied}requires: [${requires.join(', ')}] }\n`
  })
  return `version: 2.1\njobs:\n${jobs.join('')}workflows:\n  w:\n    jobs:\n${items.join('')}`
}

interface Instance {
  readonly base: string
  readonly from: Invocation
}

const instancesOf = (list: readonly Invocation[]): readonly Instance[] =>
  list.flatMap((from) => {
    const { key, name, matrix } = from
    if (matrix === null) return [{ base: name ?? key, from }]
    return matrix.map((value) => ({
      base: name?.replace('<< matrix.v >>', value) ?? `${key}-${value}`,
      from,
    }))
  })

/** The instances that a reference of `from` stands for; null: not exactly one, or one set. */
function boundTo(
  reference: string,
  from: Instance,
  all: readonly Instance[],
): readonly Instance[] | null {
  const named = all.filter((one) => one !== from && one.base === reference)
  const set = all.filter((one) => one.from.matrix !== null && one.from.key === reference)
  if (set.length > 0) return named.some((one) => !set.includes(one)) ? null : set
  return named.length === 1 ? named : null
}

const countOf = <Item>(items: readonly Item[], item: Item): number =>
  items.filter((one) => one === item).length

function finalNames(all: readonly Instance[]): readonly string[] {
  const bases = all.map(({ base }) => base)
  return bases.map((base, index) =>
    countOf(bases, base) === 1 ? base : `${base}-${countOf(bases.slice(0, index + 1), base)}`,
  )
}

/** What the rules say little about: two sets of one alias, a set that requires itself, numbers that clash. */
function isUnclear(list: readonly Invocation[], names: readonly string[]): boolean {
  const sets = list.flatMap(({ key, matrix }) => (matrix === null ? [] : [key]))
  const own = list.some(({ key, matrix, requires }) => matrix !== null && requires.includes(key))
  return new Set(sets).size < sets.length || own || new Set(names).size < names.length
}

type Edges = Readonly<Record<string, string>>

function expectedOf(list: readonly Invocation[]): Edges | 'refused' | 'unclear' {
  const all = instancesOf(list)
  const names = finalNames(all)
  if (isUnclear(list, names)) return 'unclear'
  const edges = all.map((from) => from.from.requires.map((one) => boundTo(one, from, all)))
  if (edges.flat().includes(null)) return 'refused'
  const required = edges.map((sets) => [...new Set(sets.flatMap((set) => set ?? []))])
  const ended = new Set<Instance>()
  for (let before = -1; before < ended.size; ) {
    before = ended.size
    for (const [index, one] of all.entries())
      if (required[index]?.every((other) => ended.has(other))) ended.add(one)
  }
  if (ended.size < all.length) return 'refused'
  const nameOf = (one: Instance) => names[all.indexOf(one)] ?? ''
  return Object.fromEntries(
    all.map((one, index) => [
      nameOf(one),
      (required[index] ?? []).map(nameOf).toSorted().join(', '),
    ]),
  )
}

function foundOf(list: readonly Invocation[]): Edges | 'refused' {
  const answer = compileFor(textOf(list))
  if (answer.kind !== 'compiled') return 'refused'
  const jobs = answer.plan.workflows.flatMap((one) => one.jobs)
  expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length)
  return Object.fromEntries(jobs.map((job) => [job.name, requirementsOf(job)]))
}

test('names, numbers and requirements are those of a second reading of the rules', () => {
  let clear = 0
  let compiled = 0
  fc.assert(
    fc.property(workflow, (list) => {
      const expected = expectedOf(list)
      const found = foundOf(list)
      if (expected === 'unclear') return
      clear += 1
      if (expected !== 'refused') compiled += 1
      expect([textOf(list), found]).toEqual([textOf(list), expected])
    }),
    { numRuns: 1500 },
  )
  expect(clear).toBeGreaterThan(500)
  expect(compiled).toBeGreaterThan(100)
})
