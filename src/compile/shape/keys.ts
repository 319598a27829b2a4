import { quoted } from '../read/quoted.ts'
import { type Fields, type Reading } from '../read/reader.ts'
import { didYouMean, listed } from '../read/suggest.ts'

/** What the keys of one section mean. A key in none of the lists is an error. */
export interface Keys {
  /** What the section is called in a message, e.g. `a job`. */
  readonly of: string
  readonly accepted: readonly string[]
  /** CircleCI has them, this version of Sluice does not yet. */
  readonly later?: readonly string[]
  /** Only in version 2.1; also listed in `accepted` or `later`. */
  readonly modern?: readonly string[]
  /** Accepted without effect, with the reason. */
  readonly ignored?: Readonly<Record<string, string>>
}

/** Reports every key of a section that has no meaning, no effect, or none yet. */
export function checkKeys(fields: Fields, keys: Keys, reading: Reading): void {
  for (const key of fields.all.keys()) checkKey(fields, key, keys, reading)
}

function checkKey(fields: Fields, key: string, keys: Keys, { report, version }: Reading): void {
  const at = fields.all.get(key)?.key ?? fields.at
  const reason = Object.hasOwn(keys.ignored ?? {}, key) ? keys.ignored?.[key] : undefined
  if (reason !== undefined) return report('ignored-key', at, `${key} has no effect here: ${reason}`)
  if (version === '2' && keys.modern?.includes(key))
    return report('needs-2.1', at, `${key} needs version 2.1`, 'Set `version: 2.1`.')
  if (keys.accepted.includes(key)) return
  if (keys.later?.includes(key))
    return report('unsupported', at, `${key} in ${keys.of} ${notYet}`, comesLater)
  const known = [...keys.accepted, ...(keys.later ?? [])]
  const hint = didYouMean(key, known, `Keys of ${keys.of}: ${listed(keys.accepted)}.`)
  report('unknown-key', at, `${quoted(key)} is not a key of ${keys.of}`, hint)
}

export const notYet = 'is not supported yet by this version of Sluice'
export const comesLater = 'It comes with a later version; until then, do without it.'
