/**
 * Text of version 2.1 may hold `<< templates >>`, which this version of Sluice does not evaluate yet.
 * `\<<` stands for a plain `<<`. In version 2 there are no templates, and `<<` is text like any other.
 */
export type Version = '2' | '2.1'

/** The first template of a text, for a message; null when there is none. */
export function templateIn(text: string, version: Version): string | null {
  if (version === '2') return null
  const start = text.search(/(?<!\\)<</)
  if (start < 0) return null
  const end = text.indexOf('>>', start)
  const tag = end < 0 ? text.slice(start) : text.slice(start, end + 2)
  const line = tag.split('\n', 1)[0] ?? tag
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}

export const unescaped = (text: string, version: Version): string =>
  version === '2' ? text : text.replaceAll('\\<<', '<<')
