import { expect, test } from 'vitest'
import { XmlProblem, xmlReader } from '../../../src/worker/junit/xml.ts'

/** The document as it is heard, read in pieces of `size` characters. */
function heard(document: string, size = document.length): string {
  const parts: string[] = []
  const reader = xmlReader({
    open: (name, attributes) => parts.push(`<${name}${JSON.stringify([...attributes])}>`),
    text: (piece) => parts.push(piece),
    close: (name) => parts.push(`</${name}>`),
  })
  for (let at = 0; at < document.length; at += size) reader.write(document.slice(at, at + size))
  reader.end()
  return parts.join('')
}

const whole = `\uFEFF<?xml version="1.0"?>
<!-- no <a> -->
<a one = "1 &lt; 2 > 0" two='&quot;&#65;&#x1F600;'><b/>x &amp; y<![CDATA[ <z> &amp; ]]]><c-d.e:f
>t</c-d.e:f></a>
`
const expected =
  '<a[["one","1 < 2 > 0"],["two","\\"A😀"]]><b[]></b>x & y <z> &amp; ]<c-d.e:f[]>t</c-d.e:f></a>'

test.each([1, 2, 3, 7, 1000])(
  'reads elements, attributes, text and CDATA in pieces of %i',
  (size) => {
    expect(heard(whole, size)).toBe(expected)
  },
)

test.each([
  ['a tag that is not closed', '<a><b></a>', /<\/a> closes <b>/],
  ['an element that is not closed', '<a><b/>', /<a> is not closed/],
  ['a torn tag', '<a x="1', /a tag is not closed/],
  ['a torn comment', '<a/><!-- x', /<!-- is not closed/],
  ['torn CDATA', '<a><![CDATA[ x', /is not closed/],
  ['two roots', '<a/><b/>', /second root/],
  ['no root', '  ', /no element/],
  ['text beside the root', '<a/>x', /outside of the root/],
  ['an entity that nobody knows', '<a>&nope;</a>', /&nope; is no entity/],
  ['an ampersand alone', '<a>a & b</a>', /is no entity/],
  ['a character beyond all', '<a>&#x110000;</a>', /is no entity/],
  ['an attribute without quotes', '<a b=c/>', /no tag/],
  ['< in an attribute', '<a b="<"/>', /no tag/],
  ['what is no XML', '{"a":1}', /outside of the root/],
  ['an end without a beginning', '</a>', /closes nothing/],
])('refuses %s, whole and in pieces', (_what, document, why) => {
  for (const size of [1, 5, 1000]) expect(() => heard(document, size)).toThrow(why)
})

test('says on which line the mistake is', () => {
  expect(() => heard('<a>\n<b>\n</c>\n</a>')).toThrow(new XmlProblem('line 3: </c> closes <b>'))
})

test('declares no entities, so nothing can grow', () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
  expect(() => heard(bomb)).toThrow(/declarations are not taken/)
  expect(() => heard('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 1)).toThrow(/declarations/)
})

test('bounds depth and length of tags', () => {
  expect(() => heard('<a>'.repeat(100_000), 65_536)).toThrow(/deeper than 200/)
  const reader = xmlReader({ open: () => {}, text: () => {}, close: () => {} })
  expect(() => {
    reader.write('<a b="')
    for (let count = 0; count < 100; count++) reader.write('x'.repeat(65_536))
  }).toThrow(/a tag is too long/)
})

test('keeps nothing of long texts, comments and CDATA', () => {
  let size = 0
  const reader = xmlReader({
    open: () => {},
    text: (piece) => (size += piece.length),
    close: () => {},
  })
  const piece = 'x'.repeat(1024 * 1024)
  const before = process.memoryUsage().heapUsed
  for (const [begin, end] of [
    ['<a>', ''],
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
  ] as const) {
    reader.write(begin)
    for (let count = 0; count < 100; count++) reader.write(piece)
    reader.write(end)
  }
  reader.write('</a>')
  reader.end()
  expect(size).toBe(200 * piece.length)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024)
})
