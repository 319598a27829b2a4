import { environmentName } from './expression/environment.ts'

/**
 * Whether what follows `<<` is the shell's: a here-string (`<<< text`), or the delimiter of a
 * here-document (`<<EOF`, `<<-'EOF'`). Nothing that can stand in a template is taken for one: names in
 * templates have a dot, and a text there has an operator behind it.
 */
export function isHereDocument(content: string): boolean {
  if (/^[<~\\-]/.test(content)) return true
  const [, quote = '', word = '', rest = ''] =
    /^\s{0,9}(["']?)([A-Za-z_]\w{0,99})\1(?![\w.])\s{0,99}(.{0,20})/s.exec(content) ?? []
  if (word === '' || startsWithOperator(rest)) return false
  if (keywords.has(word)) return false
  if (quote === '' && word === word.toUpperCase() && environmentName(word) === null) return true
  return content.slice(0, longestLine).includes('\n')
}

/** The rest of the line behind `<<EOF` is not looked at any further. */
const longestLine = 2000

const keywords: ReadonlySet<string> = new Set(['not', 'true', 'false'])

const startsWithOperator = (text: string): boolean =>
  /^(?:[=!]=|(?:and|or|starts-with|matches)\b)/.test(text)

export const heredocHint =
  'For a plain <<, as in a here-document or a here-string of the shell, write \\<<.'
