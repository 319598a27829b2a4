/** What a registry answered about a reference, once it is known to be an answer at all. */
export type RegistryAnswer =
  | {
      readonly kind: 'orb'
      /** Resolved. */
      readonly version: string
      readonly text: string
      /** Versions of the orb that were published, as far as the registry lists them. */
      readonly versions: readonly string[]
    }
  | { readonly kind: 'none' }
  /** In the registry's own words. */
  | { readonly kind: 'error'; readonly message: string }
  /** Not what a registry answers: another program, or one that was changed. */
  | { readonly kind: 'nonsense' }

/** Reads the body of an answer to our query. Never throws: what comes is from outside. */
export function readAnswer(body: string): RegistryAnswer {
  const root = recordOf(parsed(body))
  const errors = root?.['errors']
  if (Array.isArray(errors) && errors.length > 0) return { kind: 'error', message: wordsOf(errors) }
  const data = recordOf(root?.['data'])
  if (!data || !('orbVersion' in data)) return { kind: 'nonsense' }
  return data['orbVersion'] === null ? { kind: 'none' } : readOrb(data['orbVersion'])
}

function readOrb(value: unknown): RegistryAnswer {
  const orb = recordOf(value)
  const [version, text] = [orb?.['version'], orb?.['source']]
  if (typeof version !== 'string' || typeof text !== 'string') return { kind: 'nonsense' }
  // Half of a surrogate pair cannot be kept as bytes, and the text kept must be the text used.
  return { kind: 'orb', version, text: text.toWellFormed(), versions: versionsOf(orb?.['orb']) }
}

function versionsOf(orb: unknown): readonly string[] {
  const versions = recordOf(orb)?.['versions']
  if (!Array.isArray(versions)) return []
  return versions
    .map((one: unknown) => recordOf(one)?.['version'])
    .filter((version) => typeof version === 'string')
}

function wordsOf(errors: readonly unknown[]): string {
  const messages = errors.map((error) => recordOf(error)?.['message'])
  const words = messages.filter((message) => typeof message === 'string').join('; ')
  return words.replaceAll(/\s+/g, ' ').slice(0, 300) || 'an error without a message'
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null ? { ...value } : null
