import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  array,
  assert,
  constant,
  constantFrom,
  nat,
  oneof,
  property,
  string,
  tuple,
} from 'fast-check'
import { expect, test } from 'vitest'
import { formsOf } from '../../../src/worker/mask/forms.ts'
import { type Mask, maskingOf } from '../../../src/worker/mask/mask.ts'

const text = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('latin1')

const shownBy = (mask: Mask, pieces: readonly Uint8Array[]): string =>
  text([...pieces.flatMap((piece) => mask.pass(piece)), ...mask.rest()])

/** What a mask must show: every byte that belongs to a secret is hidden; overlapping ones are one. */
function naive(forms: readonly Uint8Array[], whole: Buffer): string {
  const found = forms.flatMap((form) =>
    Array.from({ length: whole.length }, (_, at) => at)
      .filter((at) => whole.subarray(at, at + form.length).equals(form))
      .map((at) => ({ start: at, end: at + form.length })),
  )
  const joined: { start: number; end: number }[] = []
  for (const { start, end } of found.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = joined.at(-1)
    if (last && start < last.end) last.end = Math.max(last.end, end)
    else joined.push({ start, end })
  }
  let shown = ''
  let at = 0
  for (const { start, end } of joined) {
    shown += `${whole.subarray(at, start).toString('latin1')}****`
    at = end
  }
  return shown + whole.subarray(at).toString('latin1')
}

/** Cuts at arbitrary places, also before the first byte and twice at one place. */
function cut(whole: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (whole.length + 1)), whole.length].toSorted(
    (a, b) => a - b,
  )
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end))
}

// Few letters, so that secrets overlap, repeat, and hold one another.
const secret = string({ unit: constantFrom('a', 'b', '\n', "'"), minLength: 1, maxLength: 9 })
const secrets = array(secret, { maxLength: 6 })
const output = (hidden: readonly string[]) =>
  array(
    oneof(
      constantFrom(...hidden, 'YWJh', '%0', '\\n'),
      string({ unit: constantFrom('a', 'b', '\n', '%', '0', 'Y', '\\'), maxLength: 6 }),
    ),
    { maxLength: 20 },
  ).map((parts) => Buffer.from(parts.join('')))
const cuts = array(nat({ max: 200 }), { maxLength: 12 })
const runs = { numRuns: 3000 }

test('hides what a search byte by byte finds, wherever the output is cut', () => {
  const cases = secrets.chain((hidden) => tuple(constant(hidden), output(hidden), cuts))
  assert(
    property(cases, ([hidden, whole, places]) => {
      const shown = shownBy(maskingOf(hidden).begin(), cut(whole, places))
      expect(shown).toBe(naive(formsOf(hidden), whole))
    }),
    runs,
  )
})

// Long ones in much else, with beginnings, ends and overlaps of them: most of it is jumped over.
const longSecret = string({
  unit: constantFrom('a', 'b', 'k', '7', '+', '/'),
  minLength: 8,
  maxLength: 40,
})
const partOf = (whole: string) =>
  tuple(nat(), nat()).map(([from, to]) => whole.slice(from % 40, to % 41))
const muchElse = (hidden: readonly string[]) =>
  array(
    oneof(
      constantFrom(...formsOf(hidden).map((form) => Buffer.from(form).toString())),
      constantFrom(...hidden).chain(partOf),
      string({
        unit: constantFrom(...Array.from('the quick brown fox, 0123456789\n')),
        maxLength: 60,
      }),
    ),
    { maxLength: 25 },
  ).map((parts) => Buffer.from(parts.join('')))

test('hides long secrets in much else, wherever the output is cut', () => {
  const hiddenOnes = array(longSecret, { minLength: 1, maxLength: 4 })
  const cases = hiddenOnes.chain((hidden) => tuple(constant(hidden), muchElse(hidden), cuts))
  assert(
    property(cases, ([hidden, whole, places]) => {
      const shown = shownBy(maskingOf(hidden).begin(), cut(whole, places))
      expect(shown).toBe(naive(formsOf(hidden), whole))
    }),
    { numRuns: 500 },
  )
})

test('another mask that goes on where one is decided shows the same as one alone', () => {
  const cases = secrets.chain((hidden) => tuple(constant(hidden), output(hidden), cuts, cuts))
  assert(
    property(cases, ([hidden, whole, before, after]) => {
      const masking = maskingOf(hidden)
      const first = masking.begin()
      const early = cut(whole, before)
        .slice(0, -1)
        .flatMap((piece) => first.pass(piece))
      const late = shownBy(masking.begin(), cut(whole.subarray(first.decided()), after))
      expect(text(early) + late).toBe(naive(formsOf(hidden), whole))
    }),
    runs,
  )
})

test('a thousand long secrets are found as well as one', () => {
  const many = Array.from({ length: 1000 }, (_, index) => `secret number ${index * 7919} of many`)
  const whole = Buffer.from(many.map((one, index) => `${index}:${one};`).join(''))
  const shown = shownBy(maskingOf(many).begin(), cut(whole, [1, 15_000, 15_001, 30_000]))
  expect(shown).toBe(many.map((_, index) => `${index}:****;`).join(''))
})

const value = `p@ss/w?rd+"quoted" & 'so' <on> ü`
const pem = [
  '-----BEGIN KEY-----',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
  'BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
  '-----END KEY-----',
].join('\n')

test.each([
  ['as it is', value],
  ['in base64', Buffer.from(value).toString('base64')],
  ['in base64 with a line end', Buffer.from(`${value}\n`).toString('base64')],
  ['in the base64 of URLs', Buffer.from(value).toString('base64url')],
  ['as a part of a URL', encodeURIComponent(value)],
  [
    'as a part of a URL, in small letters',
    encodeURIComponent(value).replaceAll(/%../g, (code) => code.toLowerCase()),
  ],
  ['in a form', new URLSearchParams({ value }).toString().slice('value='.length)],
  ['in JSON', JSON.stringify(value).slice(1, -1)],
  ['in the JSON of PHP', JSON.stringify(value).slice(1, -1).replaceAll('/', '\\/')],
  ['in the JSON of Python', JSON.stringify(value).slice(1, -1).replaceAll('ü', '\\u00fc')],
  ['in quotes of a shell', value.replaceAll("'", `'\\''`)],
])('hides a secret %s', (_, form) => {
  expect(maskingOf([value]).text(`before ${form} after`)).toBe('before **** after')
})

test.each([0, 1, 2, 3, 4, 5])('hides a secret in base64 after %i other bytes', (before) => {
  const whole = Buffer.from(`${'u:xyz'.slice(0, before)}${value}!?`).toString('base64')
  const shown = maskingOf([value]).text(whole)
  expect(shown).toContain('****')
  // At both ends a character may be made of the secret and of what stands beside it.
  expect(shown.replaceAll('****', '').length).toBeLessThanOrEqual(14)
  const halves = [value.slice(0, value.length / 2), value.slice(value.length / 2)]
  for (const half of halves)
    expect(Buffer.from(shown.replaceAll('*', ''), 'base64').toString()).not.toContain(half)
})

test('hides the lines of a secret of several lines, with other indents and line ends too', () => {
  const shown = maskingOf([pem]).text(
    `key: |\n${pem.replaceAll(/^/gm, '    ')}\nand ${pem.replaceAll('\n', '\r\n')}`,
  )
  expect(shown.replaceAll(/[\s*]/g, '')).toBe('key:|and')
})

test('hides the lines of a long secret in base64', () => {
  const long = Array.from({ length: 9 }, (_, index) => `${index}${'xyz'.repeat(7)}`).join(' ')
  const lines =
    Buffer.from(`${long}\n`)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  expect(lines.length).toBeGreaterThan(2)
  expect(maskingOf([long]).text(lines.join('\n')).replaceAll(/[\s*]/g, '')).toBe('')
})

test.each(['abc', 'äöü', 'true', 'True', 'false', 'False', '', '    ', '\n\n\n\n'])(
  'does not hide %j',
  (short) => {
    const line = `x${short}y true True false False`
    expect(maskingOf([short]).text(line)).toBe(line)
  },
)

test('hides what is as long as the shortest', () => {
  expect(maskingOf(['abcd', 'äöüß']).text('xabcdyäöüßz')).toBe('x****y****z')
})

test('shows the beginning of a secret when nothing follows, and not before', () => {
  const mask = maskingOf(['password']).begin()
  expect(text(mask.pass(Buffer.from('my passwor')))).toBe('my ')
  expect(mask.decided()).toBe(3)
  expect(text(mask.rest())).toBe('passwor')
  expect(mask.decided()).toBe(10)
})

const run = promisify(execFile)

test('200 megabytes take no more memory than a few pieces', async () => {
  const child = join(import.meta.dirname, 'flood.ts')
  const { stdout } = await run(process.execPath, ['--max-old-space-size=48', child], {
    timeout: 120_000,
  })
  const { growth, stored, settled, masked, rate } = JSON.parse(stdout)
  console.info(`masking 50 secrets on the way into a log: ${rate} MB/s`)
  // The beginning and the end are stored, and a secret of each megabyte of them is hidden.
  expect({ stored, settled }).toEqual({ stored: 100, settled: 200 })
  expect(masked).toBeGreaterThan(98)
  expect(growth).toBeLessThan(64)
}, 130_000)
