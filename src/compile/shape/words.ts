/** Splits a command line at spaces, as a shell does with quotes and backslashes; expands nothing. */
export function words(line: string): readonly string[] {
  const pieces = /(?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*'|["'\\])+/g
  return (line.match(pieces) ?? []).map(unquoted)
}

const unquoted = (word: string): string =>
  word.replaceAll(
    /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s\S])/g,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? '',
  )
