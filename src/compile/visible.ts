/**
 * Text that is safe to print: a tab becomes a space, every other control character (terminal escapes
 * among them) and every character that changes the direction of writing becomes a visible stand-in.
 */
export const visible = (text: string): string =>
  text
    .replaceAll('\t', ' ')
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    .replaceAll(/[\u0000-\u001F]/g, (char) => String.fromCodePoint(0x2400 + char.charCodeAt(0)))
    .replaceAll(/[\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g, '\uFFFD')

/** How many columns of a terminal `visible(text)` takes. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const char of visible(text)) columns += widthOf(char)
  return columns
}

function widthOf(char: string): number {
  if (/\p{Mn}|\p{Me}/u.test(char)) return 0
  return isWide(char.codePointAt(0) ?? 0) ? 2 : 1
}

/** The blocks that terminals draw two columns wide: East Asian scripts and pictures. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]

const isWide = (code: number): boolean => wide.some(([from, to]) => code >= from && code <= to)
