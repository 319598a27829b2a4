import type { Place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import type { Fields, Reading } from '../read/reader.ts'
import { didYouMean, listed } from '../read/suggest.ts'

/** What the keys of one section mean. A key in none of the lists is unknown. */
export interface Keys {
  /** What the section is called in a message, e.g. `a job`. */
  readonly of: string
  readonly accepted: readonly string[]
  /** Only in version 2.1; also listed in `accepted`. */
  readonly modern?: readonly string[]
  /** Accepted without effect, with the reason. */
  readonly ignored?: Readonly<Record<string, string>>
  /** No keys of this section, but often written here: advice where they belong. */
  readonly elsewhere?: Readonly<Record<string, string>>
  /** CircleCI lets unknown keys pass here even in version 2.1. */
  readonly lenient?: boolean
}

/** Reports every key of a section that has no meaning or no effect. */
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
  reportUnknown(key, at, keys, { report, version })
}

/** Version 2 lets unknown keys pass nearly everywhere; 2.1 came to be stricter. */
function reportUnknown(key: string, at: Place, keys: Keys, { report, version }: Reading): void {
  const message = `${quoted(key)} is not a key of ${keys.of}`
  const advice = Object.hasOwn(keys.elsewhere ?? {}, key) ? keys.elsewhere?.[key] : undefined
  const hint =
    advice ?? didYouMean(key, keys.accepted, `Keys of ${keys.of}: ${listed(keys.accepted)}.`)
  if (version === '2' || keys.lenient)
    report('ignored-key', at, `${message} and has no effect`, hint)
  else report('unknown-key', at, message, hint)
}
