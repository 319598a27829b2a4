import type { Regex } from '../ports/regex.ts'

/** So many slow answers, and no more patterns are tried: a file of slow ones costs no more than these. */
const patience = 3

export function patient(regex: Regex): Regex {
  let slow = 0
  return {
    fullMatch: (pattern, text) => {
      if (slow >= patience) return { kind: 'too-slow' }
      const answer = regex.fullMatch(pattern, text)
      if (answer.kind === 'too-slow') slow += 1
      return answer
    },
  }
}
