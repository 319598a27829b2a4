/**
 * A pattern of a mapping, which is Python's, as Java writes it; the port of regular expressions takes
 * Java's. The two differ in how groups are named and in what the end of the text is called.
 */
export const pythonPattern = (pattern: string): string =>
  pattern.replaceAll(
    /\\Z|\\[\s\S]|\(\?P<(\w+)>|\(\?P=(\w+)\)|\(\?#[^)]*\)/g,
    (found, named: string | undefined, repeated: string | undefined) => {
      if (found === '\\Z') return '\\z'
      if (named !== undefined) return `(?<${named}>`
      if (repeated !== undefined) return `\\k<${repeated}>`
      return found.startsWith('(?#') ? '' : found
    },
  )
