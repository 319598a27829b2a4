import { escape, type Html, trusted } from './html.ts'

/**
 * The Markdown that checks are written in, as far as GitHub's pages show it: headings, paragraphs,
 * lists, tables, code fences, `<details>`, bold, code and links. Everything else is shown as text.
 */
export const markdown = (text: string): Html => {
  const lines = text.split(/\r?\n/)
  const blocks: string[] = []
  let at = 0
  while (at < lines.length) {
    const block = readBlock(lines, at)
    blocks.push(block.markup)
    at += block.lines
  }
  return trusted(blocks.join('\n'))
}

interface Block {
  readonly markup: string
  /** How many lines it took; at least one. */
  readonly lines: number
}

const readBlock = (lines: readonly string[], at: number): Block => {
  const line = lines[at] ?? ''
  if (line.trim() === '') return { markup: '', lines: 1 }
  return (
    readFence(lines, at) ??
    readTable(lines, at) ??
    readList(lines, at) ??
    readHeading(line) ??
    readDetails(line) ??
    readParagraph(lines, at)
  )
}

const readFence = (lines: readonly string[], at: number): Block | null => {
  const fence = /^\s*(`{3,})/.exec(lines[at] ?? '')?.[1]
  if (fence === undefined) return null
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => line.trim().startsWith(fence) && /^`+$/.test(line.trim()))
  const code = end < 0 ? rest : rest.slice(0, end)
  return { markup: `<pre><code>${escape(code.join('\n'))}</code></pre>`, lines: code.length + 2 }
}

const readTable = (lines: readonly string[], at: number): Block | null => {
  if (!isRow(lines[at]) || !/^[\s|:-]+$/.test(lines[at + 1] ?? '') || !isRow(lines[at + 1]))
    return null
  const rest = lines.slice(at + 2)
  const end = rest.findIndex((line) => !isRow(line))
  const rows = end < 0 ? rest : rest.slice(0, end)
  const head = row(lines[at] ?? '', 'th')
  const body = rows.map((line) => row(line, 'td')).join('')
  return {
    markup: `<table><thead>${head}</thead><tbody>${body}</tbody></table>`,
    lines: rows.length + 2,
  }
}

const isRow = (line: string | undefined): boolean => line?.trim().startsWith('|') ?? false

const row = (line: string, tag: 'th' | 'td'): string => {
  const cells = line
    .trim()
    .replaceAll(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
  const inner = cells.map(
    (cell) => `<${tag}>${inline(cell.trim().replaceAll('\\|', '|'))}</${tag}>`,
  )
  return `<tr>${inner.join('')}</tr>`
}

const readList = (lines: readonly string[], at: number): Block | null => {
  const rest = lines.slice(at)
  const end = rest.findIndex((line) => !/^\s*[-*] /.test(line))
  const items = end < 0 ? rest : rest.slice(0, end)
  if (items.length === 0) return null
  const inner = items.map((item) => `<li>${inline(item.replace(/^\s*[-*] /, ''))}</li>`)
  return { markup: `<ul>${inner.join('')}</ul>`, lines: items.length }
}

const readHeading = (line: string): Block | null => {
  const [, marks, title] = /^(#{1,6}) (.*)$/.exec(line) ?? []
  if (marks === undefined || title === undefined) return null
  return { markup: `<p class="heading">${inline(title)}</p>`, lines: 1 }
}

/** The only tags that pass, and only alone on their line. */
const readDetails = (line: string): Block | null => {
  const text = line.trim()
  const [, opening, summary] =
    /^(<details(?: open)?>)?\s*(?:<summary>(.*)<\/summary>)?$/.exec(text) ?? []
  if (text === '</details>') return { markup: text, lines: 1 }
  if (opening === undefined && summary === undefined) return null
  const inner = summary === undefined ? '' : `<summary>${inline(summary)}</summary>`
  return { markup: (opening ?? '') + inner, lines: 1 }
}

const readParagraph = (lines: readonly string[], at: number): Block => {
  const rest = lines.slice(at + 1)
  const end = rest.findIndex(
    (line) => line.trim() === '' || /^\s*(```|\||[-*] |#|<\/?details)/.test(line),
  )
  const text = [lines[at] ?? '', ...(end < 0 ? rest : rest.slice(0, end))]
  return { markup: `<p>${text.map(inline).join('<br>')}</p>`, lines: text.length }
}

/** Works on escaped text: what it adds are the only tags. A link may have code as its label. */
const inline = (text: string): string =>
  escape(text)
    .split(/\[(`[^`]+`)\]\((https?:\/\/[^\s)]+)\)/)
    .map((part, index, parts) => {
      if (index % 3 === 1) return ''
      return index % 3 === 2
        ? `<a href="${part}">${spans(parts[index - 1] ?? '')}</a>`
        : spans(part)
    })
    .join('')

const spans = (escaped: string): string =>
  escaped
    .split(/(`+)(?!`)(.+?)(?<!`)\1(?!`)/)
    .map((part, index) => {
      // Every third part is code, after the ticks that mark it.
      if (index % 3 === 1) return ''
      return index % 3 === 2 ? `<code>${part}</code>` : decorate(part)
    })
    .join('')

const decorate = (text: string): string =>
  text
    .replaceAll(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/\[([^\]]*)\]\((https?:\/\/[^\s)]+)\)/g, '<a href="$2" rel="noreferrer">$1</a>')
