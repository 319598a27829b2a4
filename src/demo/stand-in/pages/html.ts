/** Markup that is safe to send. Only `html` and `trusted` make it. */
export interface Html {
  readonly markup: string
}

type Piece = Html | string | number | null | readonly Piece[]

/** Template whose values are escaped, unless they are markup already. */
export const html = (texts: TemplateStringsArray, ...values: readonly Piece[]): Html => ({
  markup: texts.map((text, index) => text + render(values[index] ?? null)).join(''),
})

/** For markup that the caller has escaped. */
export const trusted = (markup: string): Html => ({ markup })

export const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const render = (value: Piece): string => {
  if (value === null) return ''
  if (typeof value === 'string') return escape(value)
  if (typeof value === 'number') return String(value)
  return isList(value) ? value.map(render).join('') : value.markup
}

const isList = (value: Html | readonly Piece[]): value is readonly Piece[] => Array.isArray(value)
