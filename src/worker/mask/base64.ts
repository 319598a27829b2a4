/** A shorter piece is no clue to the secret, and would be found everywhere. */
const leastLength = 4
/** The line lengths of `base64` (coreutils) and of PEM. */
const lineLengths = [76, 64]

/**
 * What of a secret shows in base64, in both alphabets: encoded by itself (also with the line end that
 * `echo` adds, and broken into lines), and inside something longer, where it may begin at any of three
 * places in a group of bytes and only the middle depends on nothing else.
 */
export function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const alone = [bytes, Buffer.concat([bytes, Buffer.from('\n')])].flatMap(encodedAlone)
  const forms = [...alone, ...[0, 1, 2].map((before) => encodedInside(bytes, before))]
  return forms.filter((form) => form.length >= leastLength).flatMap(bothAlphabets)
}

/** With its padding and without, and each of its lines when it is broken into lines. */
function encodedAlone(bytes: Buffer): readonly string[] {
  const text = bytes.toString('base64')
  const lines = lineLengths.flatMap((length) =>
    text.length > length ? (text.match(new RegExp(`.{1,${length}}`, 'g')) ?? []) : [],
  )
  return [text, text.replace(/=+$/, ''), ...lines.filter((line) => line.length > leastLength)]
}

/** The characters of which every bit is the secret's, when `before` bytes of its first group are not. */
function encodedInside(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
}

const bothAlphabets = (text: string): readonly string[] => [
  text,
  text.replaceAll('+', '-').replaceAll('/', '_'),
]
