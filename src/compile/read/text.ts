/** Text as the compiler sees it: no byte-order mark, every line ending with `\n`. */
export const normalised = (text: string): string =>
  text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n')

const nbspIndentation = /^[ \t]*\u00A0[ \t\u00A0]*/gm

/** Whether some line is indented with non-breaking spaces, as text copied from a web page is. */
export const hasNbspIndentation = (text: string): boolean => text.search(nbspIndentation) >= 0

/** The same text, as long as before, with ordinary spaces where lines begin and end. */
export const withPlainIndentation = (text: string): string =>
  text.replaceAll(/^[ \t\u00A0]+|[ \t\u00A0]+$/gm, (margin) => margin.replaceAll('\u00A0', ' '))

/** Offset of the first non-breaking space that indents a line. */
export function firstNbspIndentation(text: string): number {
  const line = text.search(nbspIndentation)
  return text.indexOf('\u00A0', line)
}
