import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Node, place, type Span } from '../../../src/compile/read/located.ts'
import { problems } from '../../../src/compile/report.ts'
import { condition } from '../../../src/compile/values/condition.ts'
import { evaluate } from '../../../src/compile/values/expression/evaluate.ts'
import { fill } from '../../../src/compile/values/fill.ts'
import { textNode } from '../../../src/compile/values/nodes.ts'
import { evaluated, parameters, pipeline, plain } from './support.ts'

const scope = parameters('{n: 3, yes: yes, text: "a <<b>> c", list: [1, 2]}', pipeline('{p: true}'))
const span: Span = { start: 0, end: 1 }
const at = place(span, 'x')
const node = (text: string): Node => ({ ...textNode(text, span), templated: text.includes('<<') })
const filledText = (text: string) => plain(fill(node(text), at, scope, problems().report))

/** Pieces of which templates and expressions are made, and what is easily taken for one. */
const pieces = fc.constantFrom(
  '<<',
  '>>',
  '\\',
  '\\<<',
  ...'< > # ^ / ( ) $ . - 1 x \n " \''.split(' '),
  ' ',
  '<< parameters.n >>',
  '<<# parameters.yes >>',
  '<</ parameters.yes >>',
  '<<^ x >>',
  '<<EOF',
  ...'parameters.n parameters.text pipeline.git.branch pipeline. EOF true /a+/'.split(' '),
  ...'and,or,not,==,!=,<,starts-with,matches'.split(',').map((word) => ` ${word} `),
  'é',
  '😀',
  '\u2028',
  '\0',
  '\uD800',
)
const text = fc.oneof(
  fc.array(pieces, { maxLength: 25 }).map((some) => some.join('')),
  fc.string(),
)

test('no text makes filling, evaluating or judging throw', () => {
  fc.assert(
    fc.property(text, (any) => {
      const { report } = problems()
      fill(node(any), at, scope, report)
      evaluate(any, at, scope, report)
      const field = { value: node(any), at, key: at }
      for (const expression of [true, false])
        expect(condition(field, scope, report, { expression }).because).not.toBe('')
    }),
    { numRuns: 2000 },
  )
})

test('a text is unknown exactly if something was reported', () => {
  fc.assert(
    fc.property(text, (any) => {
      const found = problems()
      const result = fill(node(any), at, scope, found.report)
      const errors = found.list().filter(({ code }) => code !== 'negated-operand')
      expect(result.kind === 'unknown').toBe(errors.length > 0)
    }),
    { numRuns: 2000 },
  )
})

test('a text without << is the very same node', () => {
  fc.assert(
    fc.property(fc.string(), (any) => {
      fc.pre(!any.includes('<<'))
      const before = node(any)
      expect(fill(before, at, scope, problems().report)).toBe(before)
    }),
  )
})

test('escaping every << gives the text itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', 'a', ' ', '\n') }), (any) => {
      // Three in a row would begin again inside what was escaped.
      fc.pre(!any.includes('<<<'))
      expect(filledText(any.replaceAll('<<', '\\<<'))).toBe(any)
    }),
  )
})

test('texts and tags in any order are put together', () => {
  const part = fc.oneof(
    fc
      .string()
      .filter((some) => !/[<>\\]/.test(some))
      .map((some) => [some, some] as const),
    fc.constant(['<< parameters.n >>', '3'] as const),
    fc.constant(['<<parameters.yes>>', 'true'] as const),
    fc.constant(['<< parameters.text >>', 'a <<b>> c'] as const),
    fc.constant(['\\<<', '<<'] as const),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const source = `!${parts.map(([written]) => written).join('')}`
      expect(filledText(source)).toBe(`!${parts.map(([, meant]) => meant).join('')}`)
    }),
  )
})

/** Expressions with what they mean, worked out by JavaScript. */
interface Sample {
  readonly text: string
  readonly value: unknown
  /** The level of its operator, from the weakest; 6: none. */
  readonly strength: number
}

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.boolean().map((value) => ({ text: String(value), value, strength: 6 })),
  fc.nat().map((value) => ({ text: String(value), value, strength: 6 })),
  fc.string().map((value) => ({ text: JSON.stringify(value), value, strength: 6 })),
  fc.constant({ text: 'parameters.n', value: 3, strength: 6 }),
  fc.constant({ text: 'parameters.yes', value: true, strength: 6 }),
  fc.constant({ text: 'pipeline.git.branch', value: 'main', strength: 6 }),
)

const isTrue = (value: unknown): boolean => value !== false && value !== 0 && value !== ''
const operators: readonly (readonly [string, number, (a: unknown, b: unknown) => unknown])[] = [
  ['or', 0, (a, b) => (isTrue(a) ? a : b)],
  ['and', 1, (a, b) => (isTrue(a) ? b : a)],
  ['==', 2, (a, b) => a === b],
  ['!=', 2, (a, b) => a !== b],
]

/** In brackets only where they are needed: on the left from weaker operators, on the right from equal ones. */
const bracketed = ({ text: inner, strength }: Sample, least: number): string =>
  strength < least ? `( ${inner} )` : inner

const { sample } = fc.letrec<{ sample: Sample; not: Sample; binary: Sample }>((tie) => ({
  sample: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('not'), tie('binary')),
  not: tie('sample').map((operand) => ({
    text: `not ${bracketed(operand, 5)}`,
    value: !isTrue(operand.value),
    strength: 5,
  })),
  binary: fc
    .tuple(tie('sample'), tie('sample'), fc.constantFrom(...operators))
    .map(([left, right, [operator, strength, apply]]) => ({
      text: `${bracketed(left, strength)} ${operator} ${bracketed(right, strength + 1)}`,
      value: apply(left.value, right.value),
      strength,
    })),
}))

test('expressions of any shape mean what JavaScript makes of them', () => {
  fc.assert(
    fc.property(sample, ({ text: written, value }) => {
      fc.pre(written.length <= 2048 && !/\\[^"\\]/.test(written))
      const answer = evaluated(written, scope)
      expect(answer.problems.filter(({ code }) => code !== 'negated-operand')).toEqual([])
      expect(answer.value).toEqual(value)
    }),
    { numRuns: 1000 },
  )
})

test('ten thousand texts with templates, and one of a megabyte, are quickly filled', () => {
  const items = Array.from({ length: 10_000 }, (_, index) => node(`${index}: << parameters.n >>`))
  const list: Node = { kind: 'list', items, span, templated: true }
  const found = problems()
  const result = fill(list, at, scope, found.report)
  expect(result.kind === 'list' && result.items.map(plain)).toHaveLength(10_000)
  const long = `${'x <y> '.repeat(150_000)}<< parameters.n >>`
  expect(filledText(long)).toBe(`${'x <y> '.repeat(150_000)}3`)
  expect(found.list()).toEqual([])
  expect(filledText('\\<<'.repeat(500_000))).toHaveLength(1_000_000)
})
