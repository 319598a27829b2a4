import { Composer, type Document, isMap, isScalar, Lexer, Parser, visit } from 'yaml'

/** Sizes beyond which a file is refused, so that a hostile one costs a bounded time. */
export const limits = { characters: 10 * 1024 * 1024, tokens: 1_000_000, depth: 250 } as const

export type Parsed =
  | { readonly kind: 'parsed'; readonly documents: readonly ParsedDocument[] }
  | { readonly kind: 'too-many-tokens' }
  | { readonly kind: 'too-deep'; readonly offset: number }

export type ParsedDocument = Document.Parsed

/** Every scalar stays text: what it means is decided where its source is still at hand. */
const options = { schema: 'failsafe', uniqueKeys: false, merge: false, logLevel: 'silent' } as const

/** Text → YAML documents with their own errors in them. Bounded in time; never throws. */
export function parse(text: string): Parsed {
  const tokens: Token[] = []
  const read = tokensOf(text, tokens)
  if (read !== null) return read
  const deep = tooDeep(tokens)
  if (deep !== null) return { kind: 'too-deep', offset: deep }
  const composer = new Composer({ ...options, prettyErrors: false })
  return { kind: 'parsed', documents: [...composer.compose(tokens, true, text.length)] }
}

type Token = Parameters<Composer['next']>[0]

/** Fills `tokens`; answers what keeps the text from being read at all, null when nothing does. */
function tokensOf(text: string, tokens: Token[]): Parsed | null {
  const parser = new Parser()
  let count = 0
  let offset = 0
  try {
    for (const lexeme of new Lexer().lex(text)) {
      count += 1
      if (count > limits.tokens) return { kind: 'too-many-tokens' }
      tokens.push(...parser.next(lexeme))
      offset += lexeme.length
    }
    tokens.push(...parser.end())
    return null
  } catch (error) {
    // The parser closes nested values by recursion, and thousands of them are too many for the stack.
    if (!(error instanceof RangeError)) throw error
    return { kind: 'too-deep', offset: Math.min(offset, text.length) }
  }
}

/** Offset of a token below the allowed depth. Walks with its own stack, so depth cannot hurt it. */
function tooDeep(tokens: readonly Token[]): number | null {
  const stack: (readonly [Token, number])[] = tokens.map((token) => [token, 0])
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [token, depth] = next
    if (depth > limits.depth) return token.offset
    for (const child of childrenOf(token)) stack.push([child, depth + 1])
  }
  return null
}

function childrenOf(token: Token): readonly Token[] {
  if (token.type === 'document') return token.value ? [token.value] : []
  if (!('items' in token)) return []
  return token.items.flatMap((item) => [item.key, item.value].filter((child) => child != null))
}

/** Whether some key of the document begins with a non-breaking space. */
export function hasNbspKey(document: ParsedDocument): boolean {
  let found = false
  visit(document, {
    Map: (_, map) => {
      found ||=
        isMap(map) && map.items.some(({ key }) => isScalar(key) && startsWithNbsp(key.value))
      return found ? visit.BREAK : undefined
    },
  })
  return found
}

const startsWithNbsp = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith('\u00A0')
