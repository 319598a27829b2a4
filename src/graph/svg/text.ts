/** Text in pictures: nobody knows the font, so that widths are guessed rather too large than too small. */

/** In pixels, for a sans-serif font of that size. */
export function widthOf(text: string, fontSize: number): number {
  let ems = 0
  for (const char of text) ems += emsOf(char)
  return ems * fontSize
}

/** About those of DejaVu Sans, which is wider than most. */
const classes: readonly (readonly [RegExp, number])[] = [
  [/[\p{Mn}\p{Me}]/u, 0],
  [/[iljI.,:;'|!]/, 0.37],
  [/[ frt()[\]{}/\\-]/, 0.45],
  [/[mwMW%@]/, 1],
  [/[a-z\d_]/, 0.65],
  [/[ -\u04FF]/, 0.8],
]

function emsOf(char: string): number {
  return classes.find(([pattern]) => pattern.test(char))?.[1] ?? 1.1
}

/** The text, or as much of its two ends as fits into `width` pixels: names often differ at the end. */
export function cut(text: string, fontSize: number, width: number): string {
  if (widthOf(text, fontSize) <= width) return text
  const chars = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
  const half = (width - widthOf('…', fontSize)) / 2
  const head = fitting(chars, fontSize, half)
  const tail = fitting(chars.toReversed(), fontSize, half)
  return `${head.join('')}…${tail.toReversed().join('')}`
}

function fitting(chars: readonly string[], fontSize: number, width: number): readonly string[] {
  let left = width
  const end = chars.findIndex((char) => {
    left -= widthOf(char, fontSize)
    return left < 0
  })
  return chars.slice(0, Math.max(0, end))
}

/** Text for XML, in elements and in attributes. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
