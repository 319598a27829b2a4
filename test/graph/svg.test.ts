import { expect, test } from 'vitest'
import { draw } from '../../src/graph/graph.ts'
import { cut, widthOf } from '../../src/graph/svg/text.ts'
import { hostile, job, workflow } from './support.ts'

/** Complains about a text that is no well-formed XML of the kind drawn here; gives its texts. */
function textsOf(xml: string): readonly string[] {
  const open: string[] = []
  const rest = xml.replaceAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z-]+(?::[a-z]+)?="[^"<&]*(?:&[a-z#\d]+;[^"<&]*)*")*)(\/?)>/g,
    (...[, closing, name, , empty]: readonly string[]) => {
      if (closing !== '') expect(open.pop()).toBe(name)
      else if (empty === '') open.push(name ?? '')
      return '\u0001'
    },
  )
  expect(open).toEqual([])
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/)
  return rest
    .split('\u0001')
    .map((text) => text.trim())
    .filter(Boolean)
}

test('it is a labelled image that needs nothing from elsewhere', () => {
  const picture = draw('svg', [workflow('main', job('build'), job('test', 'build'))])
  textsOf(picture)
  expect(picture).toMatch(/^<svg [^>]*role="img" aria-label="Job graph of main"/)
  expect(picture).toContain('<title>Job graph of main</title>')
  expect(picture).toContain('<desc>main: build. test after build.</desc>')
  expect(picture).toContain('prefers-color-scheme: dark')
  expect(picture).not.toMatch(/<script|href|url\(|@import|\son[a-z]+=/)
})

test('names that look like markup stay text', () => {
  const picture = draw('svg', [workflow('<b>&', ...hostile.map((name) => job(name)))])
  const texts = textsOf(picture)
  expect(texts).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  // oxlint-disable-next-line no-control-regex -- XML cannot hold them
  expect(picture).not.toMatch(/[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF\u202E]/)
  expect(picture.isWellFormed()).toBe(true)
})

test('every type of job has an outline of its own, and says what it is', () => {
  const types = ['build', 'approval', 'no-op', 'release', 'lock', 'unlock', 'orb'] as const
  const outlines = types.map((type) => {
    const picture = draw('svg', [workflow('main', job('same', '', { type }))])
    if (type !== 'build') expect(picture).toContain(`>${type === 'orb' ? 'orb job' : type}</text>`)
    return /<(?:rect|path) class="shape"[^>]*>(?:<path class="shape"[^>]*>)*/.exec(picture)?.[0]
  })
  expect(new Set(outlines).size).toBe(types.length)
})

test('a condition stands on a dashed line', () => {
  const failed = [{ job: 'build', statuses: ['failed'] as const }]
  const picture = draw('svg', [
    workflow('main', job('build'), job('notify', '', { requires: failed })),
  ])
  expect(picture).toMatch(/<path class="line special"/)
  expect(picture).toMatch(/<text class="label"[^>]*>failed<\/text>/)
})

test('a long name is cut in the middle, and whole in the tooltip', () => {
  const name = `${'deploy-to-'.repeat(10)}production`
  const picture = draw('svg', [workflow('main', job(name))])
  expect(picture).toContain(`<title>${name}</title>`)
  const shown = /<text class="name"[^>]*>([^<]*)</.exec(picture)?.[1] ?? ''
  expect(shown).toMatch(/^deploy.*….*production$/)
  expect(widthOf(shown, 13)).toBeLessThanOrEqual(300)
})

test('workflows stand below each other', () => {
  const one = draw('svg', [workflow('a', job('build'))])
  const two = draw('svg', [workflow('a', job('build')), workflow('b', job('build'))])
  const heightOf = (picture: string) => Number(/ height="(\d+)"/.exec(picture)?.[1])
  expect(heightOf(two)).toBeGreaterThan(1.7 * heightOf(one))
})

test('of a huge graph the beginning is described', () => {
  const jobs = Array.from({ length: 1000 }, (_, index) => job(`job-${index}`))
  const description = /<desc>(.*)<\/desc>/s.exec(draw('svg', [workflow('main', ...jobs)]))?.[1]
  expect(description).toMatch(/job-199\. And 800 more jobs\.$/)
})

test.each(['short', 'e\u0301'.repeat(60), '👩‍👩‍👧'.repeat(30), '日本'.repeat(40), ''])(
  'a text is cut to its room without tearing characters apart: %s',
  (text) => {
    const shown = cut(text, 13, 200)
    expect(widthOf(shown, 13)).toBeLessThanOrEqual(200)
    const whole = new Set(Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment))
    for (const { segment } of new Intl.Segmenter().segment(shown))
      expect(segment === '…' || whole.has(segment)).toBe(true)
  },
)
