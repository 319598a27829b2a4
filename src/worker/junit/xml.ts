/** What a document is made of, in order. */
export interface XmlHandler {
  open(name: string, attributes: ReadonlyMap<string, string>): void
  /** Text comes in pieces, as long as the document gives. */
  text(piece: string): void
  close(name: string): void
}

export interface XmlReader {
  /** Throws `XmlProblem`. */
  write(text: string): void
  /** Throws when the document is not whole. */
  end(): void
}

/** The document is not XML, or not of the kind that we read. */
export class XmlProblem extends Error {
  override readonly name = 'XmlProblem'
}

const deepest = 200
const longestTag = 1024 * 1024

/**
 * Reads XML in pieces with flat memory. Strict about what tells whole documents from torn ones: tags
 * match, there is one root, entities are known. Takes no document type, so nothing can be declared that
 * grows; control characters, which test runners print, are let through.
 */
export function xmlReader(handler: XmlHandler): XmlReader {
  const reader = new Reader(handler)
  return { write: (text) => reader.write(text), end: () => reader.end() }
}

/** What stands between two marks and is not read, or as text. */
const sections = [
  { begin: '<!--', end: '-->', isText: false },
  { begin: '<![CDATA[', end: ']]>', isText: true },
  { begin: '<?', end: '?>', isText: false },
] as const
type Section = (typeof sections)[number]
const longestBegin = '<![CDATA['.length

class Reader {
  readonly #handler: XmlHandler
  readonly #open: string[] = []
  #rest = ''
  #section: Section | null = null
  #rooted = false
  #line = 1

  constructor(handler: XmlHandler) {
    this.#handler = handler
  }

  write(text: string): void {
    this.#rest += text
    while (this.#step()) continue
  }

  end(): void {
    this.write('')
    if (this.#section) this.#fail(`${this.#section.begin} is not closed`)
    if (this.#rest.startsWith('<')) this.#fail('a tag is not closed')
    this.#giveText(this.#rest)
    const open = this.#open.at(-1)
    if (open !== undefined) this.#fail(`<${open}> is not closed`)
    if (!this.#rooted) this.#fail('there is no element')
  }

  /** False: more is needed. */
  #step(): boolean {
    if (this.#section) return this.#inSection(this.#section)
    if (!this.#rest.startsWith('<')) return this.#textPart()
    const begun = sections.find(({ begin }) => this.#rest.startsWith(begin))
    if (begun) {
      if (begun.isText && this.#open.length === 0) this.#fail('text stands outside of the root')
      this.#take(begun.begin.length)
      this.#section = begun
      return true
    }
    if (this.#rest.length < longestBegin && /^<(?:!.*)?$/.test(this.#rest)) return false
    if (this.#rest.startsWith('<!')) this.#fail('declarations are not taken')
    return this.#tag()
  }

  #inSection(section: Section): boolean {
    const at = this.#rest.indexOf(section.end)
    // Part of the end may be there already.
    const length = at < 0 ? Math.max(0, this.#rest.length - section.end.length + 1) : at
    const inner = this.#take(length)
    if (section.isText && inner !== '') this.#handler.text(inner)
    if (at < 0) return false
    this.#take(section.end.length)
    this.#section = null
    return true
  }

  #textPart(): boolean {
    const at = this.#rest.indexOf('<')
    if (at >= 0) {
      this.#giveText(this.#take(at))
      return true
    }
    // An entity may be cut in two.
    const entity = this.#rest.lastIndexOf('&')
    const isCut = entity >= 0 && !this.#rest.includes(';', entity)
    const length = isCut ? entity : this.#rest.length
    if (this.#rest.length - length > longestEntity) this.#fail('an entity does not end')
    this.#giveText(this.#take(length))
    return false
  }

  #giveText(text: string): void {
    if (text === '') return
    const value = this.#decoded(text)
    if (this.#open.length > 0) this.#handler.text(value)
    else if (/[^\s\uFEFF]/.test(value)) this.#fail('text stands outside of the root')
  }

  #tag(): boolean {
    const end = tagEnd(this.#rest)
    if (end < 0) {
      if (this.#rest.length > longestTag) this.#fail('a tag is too long')
      return false
    }
    const found = wholeTag.exec(this.#rest.slice(0, end + 1))
    if (!found) return this.#fail(`this is no tag: ${this.#rest.slice(0, Math.min(end + 1, 60))}`)
    const [, closing, name = '', attributes = '', empty] = found
    this.#take(end + 1)
    if (closing) this.#close(name)
    else this.#begin(name, attributes)
    if (empty && !closing) this.#close(name)
    return true
  }

  #begin(name: string, attributes: string): void {
    if (this.#open.length === 0 && this.#rooted) this.#fail('there is a second root')
    if (this.#open.length >= deepest) this.#fail(`elements are nested deeper than ${deepest}`)
    this.#rooted = true
    this.#open.push(name)
    const values = new Map<string, string>()
    for (const [, key = '', double, single] of attributes.matchAll(attribute))
      values.set(key, this.#decoded(double ?? single ?? ''))
    this.#handler.open(name, values)
  }

  #close(name: string): void {
    const open = this.#open.pop()
    if (open !== name)
      this.#fail(open === undefined ? `</${name}> closes nothing` : `</${name}> closes <${open}>`)
    this.#handler.close(name)
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    for (let at = taken.indexOf('\n'); at >= 0; at = taken.indexOf('\n', at + 1)) this.#line++
    return taken
  }

  #decoded(text: string): string {
    return text.replaceAll(/&([^;&\s]{0,12};?)/g, (whole, name: string) => {
      const value = entityOf(name)
      return value ?? this.#fail(`${whole} is no entity`)
    })
  }

  #fail(why: string): never {
    throw new XmlProblem(`line ${this.#line}: ${why}`)
  }
}

const longestEntity = 14

const wholeTag =
  /^<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>$/
const attribute = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g

/** Where the tag ends that the text begins with; -1: not yet. */
function tagEnd(text: string): number {
  let quote = ''
  for (let at = 1; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (quote !== '') quote = sign === quote ? '' : quote
    else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '>') return at
  }
  return -1
}

const named: Readonly<Record<string, string>> = {
  'lt;': '<',
  'gt;': '>',
  'amp;': '&',
  'quot;': '"',
  'apos;': "'",
}

function entityOf(name: string): string | null {
  const known = Object.hasOwn(named, name) ? named[name] : undefined
  if (known !== undefined) return known
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}));$/i.exec(name) ?? []
  const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : null
}
