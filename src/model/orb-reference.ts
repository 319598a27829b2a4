import { err, ok, type Result } from './result.ts'

export type OrbReference = RegistryOrb | UrlOrb

export interface RegistryOrb {
  readonly kind: 'registry'
  /** `namespace/orb`. */
  readonly name: string
  readonly version: string
  /**
   * What the version may stand for: itself for ever; whatever fits and is newest; what its author
   * uploaded last.
   */
  readonly stability: 'exact' | 'range' | 'dev'
}

export interface UrlOrb {
  readonly kind: 'url'
  readonly url: URL
}

/** The forms that a reference can have, for hints. */
export const acceptedForms =
  'Orbs are written namespace/orb@VERSION, where VERSION is 1.2.3, 1.2, 1, volatile or dev:LABEL, or as an https:// URL.'

/** In characters. A longer text is not one that a person wrote, and no index of a database would take it. */
const longest = 2000

/** Reads what stands behind an alias under `orbs:`; the problem says what is wrong with it. */
export function parseReference(text: string): Result<OrbReference, string> {
  if (text.length > longest) return err(tooLong)
  return /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? parseUrl(text) : parseRegistryOrb(text)
}

const tooLong = `it is longer than ${longest} characters`

/** A text from outside as messages show it. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)

function parseUrl(text: string): Result<UrlOrb, string> {
  if (!URL.canParse(text)) return err('it is not a URL')
  const url = new URL(text)
  if (url.protocol !== 'https:') return err('orbs are fetched over https only')
  if (url.username !== '' || url.password !== '') return err('a URL must not hold a password')
  url.hash = ''
  if (url.href.length > longest) return err(tooLong)
  return ok({ kind: 'url', url })
}

const orbName = /^[a-z\d_][\w-]{0,199}\/[a-z\d_][\w-]{0,199}$/i

function parseRegistryOrb(text: string): Result<RegistryOrb, string> {
  const at = text.indexOf('@')
  const name = at === -1 ? text : text.slice(0, at)
  if (!orbName.test(name)) return err('it does not begin with namespace/orb')
  if (at === -1) return err('its version is missing')
  const version = text.slice(at + 1)
  const stability = stabilityOf(version)
  return stability === null
    ? err(`${shown(version)} is not a version`)
    : ok({ kind: 'registry', name, version, stability })
}

function stabilityOf(version: string): RegistryOrb['stability'] | null {
  if (isExact(version)) return 'exact'
  if (/^\d{1,9}(\.\d{1,9})?$/.test(version) || version === 'volatile') return 'range'
  return /^dev:[^\s\p{C}]{1,1023}$/u.test(version) ? 'dev' : null
}

/** Whether a version is a published one, which never changes. */
export const isExact = (version: string): boolean => /^\d{1,9}\.\d{1,9}\.\d{1,9}$/.test(version)
