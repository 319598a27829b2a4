/** Whether a pattern is more than a name. */
export const hasWildcards = (pattern: string): boolean => /[*?[\\]/.test(pattern)

/**
 * Whether `path` matches `pattern` as Go's `filepath.Match` has it, which is what CircleCI documents for
 * workspaces: `*` and `?` do not cross `/` but match a leading dot, `[a-z]` and `[^…]` are classes, a
 * backslash takes the meaning from what follows; no `**`, no braces. Takes time proportional to the
 * product of the lengths at most. Throws when it is no pattern.
 */
export function goMatch(pattern: string, path: string): boolean {
  const patterns = pattern.split('/')
  const names = path.split('/')
  const tokens = patterns.map(tokensOf)
  return (
    tokens.length === names.length &&
    tokens.every((wanted, index) => matches(wanted, Array.from(names[index] ?? '')))
  )
}

/** `any` is `*`; the others match one character. */
type Token = 'any' | ((char: string) => boolean)

function matches(tokens: readonly Token[], chars: readonly string[]): boolean {
  let [token, char] = [0, 0]
  let retry: { token: number; char: number } | null = null
  while (char < chars.length) {
    const wanted = tokens[token]
    if (wanted === 'any') {
      retry = { token: token + 1, char }
      token++
    } else if (wanted?.(chars[char] ?? '')) {
      token++
      char++
    } else if (retry) {
      // Let the last `*` take one character more; an earlier one never needs to.
      retry = { token: retry.token, char: retry.char + 1 }
      ;({ token, char } = retry)
    } else {
      return false
    }
  }
  return tokens.slice(token).every((rest) => rest === 'any')
}

function tokensOf(pattern: string): readonly Token[] {
  const chars = Array.from(pattern)
  const tokens: Token[] = []
  while (chars.length > 0) {
    const char = chars.shift()
    if (char === '*') tokens.push('any')
    else if (char === '?') tokens.push(() => true)
    else if (char === '[') tokens.push(classOf(chars, pattern))
    else tokens.push(equals(char === '\\' ? taken(chars, pattern) : (char ?? '')))
  }
  return tokens
}

/** Takes the rest of a class, up to and with its `]`, off `chars`. */
function classOf(chars: string[], pattern: string): Token {
  const negated = chars[0] === '^'
  if (negated) chars.shift()
  const ranges: (readonly [string, string])[] = []
  while (chars[0] !== ']' || ranges.length === 0) {
    const low = classChar(chars, pattern)
    const isRange = chars[0] === '-'
    if (isRange) chars.shift()
    ranges.push([low, isRange ? classChar(chars, pattern) : low])
  }
  chars.shift()
  return (char) => ranges.some(([low, high]) => low <= char && char <= high) !== negated
}

function classChar(chars: string[], pattern: string): string {
  const char = taken(chars, pattern)
  if (char === '-' || char === ']') throw badPattern(pattern)
  return char === '\\' ? taken(chars, pattern) : char
}

function taken(chars: string[], pattern: string): string {
  const char = chars.shift()
  if (char === undefined) throw badPattern(pattern)
  return char
}

const equals =
  (wanted: string): Token =>
  (char) =>
    char === wanted

const badPattern = (pattern: string): Error =>
  new Error(`${JSON.stringify(pattern)} is not a pattern: a class or an escape does not end`)
