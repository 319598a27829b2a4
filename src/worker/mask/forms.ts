import { base64Forms } from './base64.ts'

/** CircleCI hides no shorter ones: they would be found everywhere. In characters, also of one line of many. */
const leastLength = 4
/** CircleCI does not hide these words either. */
const plainWords: ReadonlySet<string> = new Set(['true', 'True', 'false', 'False'])

/**
 * All byte strings in which secrets show: as they are, line by line, in base64, as a part of a URL, inside
 * a JSON text and in quotes of a shell.
 */
export function formsOf(secrets: readonly string[]): readonly Uint8Array[] {
  const hidden = secrets.filter(isHidden)
  const texts = hidden.flatMap((secret) => [
    secret,
    ...linesOf(secret),
    ...base64Forms(secret),
    ...urlForms(secret),
    ...jsonForms(secret),
    quoted(secret),
  ])
  return [...new Set(texts)].map((text) => Buffer.from(text))
}

/** Whether a value is hidden at all. */
const isHidden = (secret: string): boolean =>
  secret.length >= leastLength && secret.trim() !== '' && !plainWords.has(secret)

/** Without what stands around them, since keys and JSON are printed with other indents and line ends. */
const linesOf = (secret: string): readonly string[] =>
  [secret, ...secret.split(/[\r\n]+/)].map((line) => line.trim()).filter(isHidden)

/** Encoders differ in the characters that they leave alone, in the space, and in the case of the digits. */
function urlForms(secret: string): readonly string[] {
  const usual = encodeURIComponent(secret.toWellFormed())
  const strict = usual.replaceAll(/[!'()*]/g, percentOf)
  const ofForms = strict.replaceAll('%20', '+').replaceAll('%2A', '*').replaceAll('~', '%7E')
  const python = strict.replaceAll('%2F', '/')
  const forms = [usual, strict, ofForms, strict.replaceAll('%20', '+'), python]
  return [...forms, ...forms.map((form) => form.replaceAll(/%[\dA-F]{2}/g, lowered))]
}

const percentOf = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`

const lowered = (code: string): string => code.toLowerCase()

/** As JavaScript writes it; with `\/` as PHP does; in ASCII as Python does; without `<>&` as Go does. */
function jsonForms(secret: string): readonly string[] {
  const usual = JSON.stringify(secret).slice(1, -1)
  const ascii = usual.replaceAll(/[\u007f-\uffff]/g, unicodeOf)
  return [usual, ascii, usual.replaceAll('/', '\\/'), usual.replaceAll(/[<>&]/g, unicodeOf)]
}

const unicodeOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** As `set -x` and many others print it inside single quotes. */
const quoted = (secret: string): string => secret.replaceAll("'", `'\\''`)
