import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFor, oneWorkflow } from './oracles/support.ts'

/** The language of expressions (section 2.6 of the specification) against a second, simple reading. */

type Value = string | number | boolean
type Operator = 'or' | 'and' | '==' | '!=' | 'starts-with' | '>=' | '>' | '<=' | '<'
type Tree =
  | { readonly kind: 'value'; readonly text: string; readonly value: Value }
  | { readonly kind: 'not'; readonly word: 'not ' | '!'; readonly of: Tree }
  | { readonly kind: 'two'; readonly operator: Operator; readonly left: Tree; readonly right: Tree }

/** Weakest first; operators of one line bind alike, and to the left. */
const levels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!='],
  ['starts-with'],
  ['>=', '>', '<=', '<'],
  ['not'],
]
const levelOf = (operator: string): number => levels.findIndex((level) => level.includes(operator))

const leaves: readonly (readonly [string, Value])[] = [
  ['true', true],
  ['false', false],
  ['0', 0],
  ['7', 7],
  ['12', 12],
  ['""', ''],
  ['"ma"', 'ma'],
  ['"a\\"b"', 'a"b'],
  ["'main'", 'main'],
  ['pipeline.number', 7],
  ['pipeline.git.branch', 'main'],
  ['pipeline.git.tag', ''],
  ['pipeline.git.branch.is_default', true],
]

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(...leaves).map(([text, value]): Tree => ({ kind: 'value', text, value })),
    fc.record({
      kind: fc.constant('two' as const),
      operator: fc.constantFrom<Operator>(
        'or',
        'and',
        '==',
        '!=',
        'starts-with',
        '>=',
        '>',
        '<=',
        '<',
      ),
      left: tie('tree'),
      right: tie('tree'),
    }),
    fc.record({
      kind: fc.constant('not' as const),
      word: fc.constantFrom('not ' as const, '!' as const),
      of: tie('tree'),
    }),
  ),
}))

/** The text of a tree, with brackets where it would be another tree without them. */
function written(one: Tree, atLeast = 0): string {
  if (one.kind === 'value') return one.text
  const level = levelOf(one.kind === 'not' ? 'not' : one.operator)
  const text =
    one.kind === 'not'
      ? `${one.word}${written(one.of, level)}`
      : `${written(one.left, level)} ${one.operator} ${written(one.right, level + 1)}`
  return level < atLeast ? `(${text})` : text
}

class TypeMismatch extends Error {}

const truthy = (value: Value): boolean => value !== false && value !== 0 && value !== ''

function valueOf(one: Tree): Value {
  if (one.kind === 'value') return one.value
  if (one.kind === 'not') return !truthy(valueOf(one.of))
  const left = valueOf(one.left)
  if (one.operator === 'and') return truthy(left) ? valueOf(one.right) : left
  if (one.operator === 'or') return truthy(left) ? left : valueOf(one.right)
  const right = valueOf(one.right)
  if (one.operator === '==') return left === right
  if (one.operator === '!=') return left !== right
  return one.operator === 'starts-with'
    ? textsOf(left, right, (text, start) => text.startsWith(start))
    : numbersOf(one.operator, left, right)
}

function textsOf(
  left: Value,
  right: Value,
  answer: (left: string, right: string) => boolean,
): boolean {
  if (typeof left === 'string' && typeof right === 'string') return answer(left, right)
  throw new TypeMismatch()
}

function numbersOf(operator: string, left: Value, right: Value): boolean {
  if (typeof left !== 'number' || typeof right !== 'number') throw new TypeMismatch()
  if (operator === '>') return left > right
  if (operator === '<') return left < right
  return operator === '>=' ? left >= right : left <= right
}

/** Whether some part of it, asked for or not, works on values of the wrong type. */
function isIllTyped(one: Tree): boolean {
  if (one.kind === 'value') return false
  const parts = one.kind === 'not' ? [one.of] : [one.left, one.right]
  if (parts.some(isIllTyped)) return true
  try {
    valueOf(one)
    return false
  } catch {
    return true
  }
}

function expectedOf(one: Tree): boolean | 'refused' {
  try {
    return truthy(valueOf(one))
  } catch {
    return 'refused'
  }
}

function foundOf(text: string): boolean | 'refused' {
  const block = `|\n      ${text}`
  const answer = compileFor(oneWorkflow(`    when: ${block}\n    jobs: [a]`))
  if (answer.kind !== 'compiled') return 'refused'
  return answer.plan.workflows.some(({ name }) => name === 'w')
}

test('an expression is what a second reading of the rules makes of it', () => {
  let sound = 0
  fc.assert(
    fc.property(tree, (one) => {
      const text = written(one)
      if (text.length > 2000) return
      const expected = expectedOf(one)
      // A part that is never asked for may be refused all the same.
      if (expected !== 'refused' && isIllTyped(one)) return
      if (expected !== 'refused') sound += 1
      expect([text, foundOf(text)]).toEqual([text, expected])
    }),
    { numRuns: 2000 },
  )
  expect(sound).toBeGreaterThan(300)
})
