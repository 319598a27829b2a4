import { quoted } from '../../read/quoted.ts'
import type { Complain, Range } from '../complain.ts'
import { type Token, tokensOf } from './lexer.ts'
import { levels, type Operator, type Tree } from './tree.ts'

const longest = 2048
const deepest = 100
const largestInteger = 2n ** 63n - 1n

/** The tree of an expression. Null when it is none; then that was reported, once. Bounded, never throws. */
export function parse(text: string, complain: Complain): Tree | null {
  if (text.trim().length > longest) {
    const range = { start: 0, end: text.length }
    const message = `an expression has at most ${longest} characters, this has ${text.trim().length}`
    complain('bad-expression', range, message)
    return null
  }
  const tokens = tokensOf(text, complain)
  return tokens && everything({ tokens, at: 0, depth: 0, complain })
}

interface Parsing {
  readonly tokens: readonly Token[]
  at: number
  depth: number
  readonly complain: Complain
}

const noToken: Token = { kind: 'end', text: '', range: { start: 0, end: 0 } }
const tokenOf = ({ tokens, at }: Parsing): Token => tokens[at] ?? noToken

function everything(parsing: Parsing): Tree | null {
  const tree = level(0, parsing)
  if (tree === null) return null
  const rest = tokenOf(parsing)
  return rest.kind === 'end' ? tree : leftOver(rest, parsing)
}

/** Operators of one level with stronger ones as their operands, from left to right. */
function level(strength: number, parsing: Parsing): Tree | null {
  const operators = levels[strength]
  if (operators === undefined) return negated(parsing)
  let left = level(strength + 1, parsing)
  for (let operator = operatorOf(operators, parsing); left && operator; ) {
    parsing.at += 1
    const right = level(strength + 1, parsing)
    left = right && { kind: 'binary', operator, left, right, range: around(left, right) }
    operator = operatorOf(operators, parsing)
  }
  return left
}

function operatorOf(operators: readonly Operator[], parsing: Parsing): Operator | undefined {
  const { kind, text } = tokenOf(parsing)
  if (kind !== 'word' && kind !== 'symbol') return undefined
  return operators.find((operator) => operator === text)
}

const around = (left: Tree, right: Tree): Range => ({
  start: left.range.start,
  end: right.range.end,
})

function negated(parsing: Parsing): Tree | null {
  const { kind, text, range } = tokenOf(parsing)
  const isNot = (kind === 'word' && text === 'not') || (kind === 'symbol' && text === '!')
  if (!isNot) return primary(parsing)
  const operand = deeper(negated, parsing)
  return operand && { kind: 'not', operand, range: { start: range.start, end: operand.range.end } }
}

/** Takes one token and parses what is below it. */
function deeper(parseInner: (parsing: Parsing) => Tree | null, parsing: Parsing): Tree | null {
  if (parsing.depth >= deepest) {
    const message = `the expression is nested more than ${deepest} levels deep`
    return wrong(message, tokenOf(parsing).range, parsing)
  }
  parsing.at += 1
  parsing.depth += 1
  const tree = parseInner(parsing)
  parsing.depth -= 1
  return tree
}

function primary(parsing: Parsing): Tree | null {
  const token = tokenOf(parsing)
  const { kind, text, range } = token
  if (kind === 'symbol' && text === '(') return parenthesised(parsing)
  const tree = leaf(token)
  if (tree === null) return noOperand(token, parsing)
  if (kind === 'integer' && BigInt(text) > largestInteger)
    return wrong(`${text} is larger than any integer here can be`, range, parsing)
  parsing.at += 1
  return tree
}

function leaf({ kind, text, range }: Token): Tree | null {
  if (kind === 'string') return { kind: 'literal', value: text, range }
  if (kind === 'integer') return { kind: 'literal', value: BigInt(text), range }
  if (kind === 'regex') return { kind: 'regex', source: text, range }
  if (kind === 'name') return { kind: 'name', name: text, range }
  if (kind === 'word' && (text === 'true' || text === 'false'))
    return { kind: 'literal', value: text === 'true', range }
  return null
}

function parenthesised(parsing: Parsing): Tree | null {
  const open = tokenOf(parsing)
  const tree = deeper((inner) => level(0, inner), parsing)
  if (tree === null) return null
  const close = tokenOf(parsing)
  if (close.kind !== 'symbol' || close.text !== ')')
    return wrong(`expected \`)\`, found ${described(close)}`, close.range, parsing)
  parsing.at += 1
  const range = { start: open.range.start, end: close.range.end }
  return tree.kind === 'not' ? { ...tree, range, parenthesised: true } : { ...tree, range }
}

function noOperand(token: Token, parsing: Parsing): null {
  return wrong(`expected expression, found ${described(token)}`, token.range, parsing)
}

/** Two values side by side, or a parenthesis too many. */
function leftOver(token: Token, parsing: Parsing): null {
  const message = `expected an operator or the end of the expression, found ${described(token)}`
  const hint = token.kind === 'name' ? 'Texts stand in quotes.' : undefined
  return wrong(message, token.range, parsing, hint)
}

const described = ({ kind, text }: Token): string => (kind === 'end' ? 'its end' : quoted(text))

function wrong(message: string, range: Range, { complain }: Parsing, hint?: string): null {
  complain('bad-expression', range, message, hint)
  return null
}
