/**
 * Matching of patterns that configs bring along, in bounded time. `compile` gets one so that it stays
 * pure. Patterns are Java's; where JavaScript's differ, the adapter translates or says so.
 */
export interface Regex {
  /** Whether the whole of `text` matches `pattern`. */
  fullMatch(pattern: string, text: string): RegexAnswer
}

export type RegexAnswer =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  /** Not a pattern, or one that we cannot match as Java would; `message` names the reason. */
  | { readonly kind: 'invalid'; readonly message: string }
  /** Took longer than allowed. */
  | { readonly kind: 'too-slow' }
