import { continuation } from './continuation.ts'
import { pathFiltering } from './path-filtering.ts'

/** An orb that is built in. */
export interface NativeOrb {
  /** For the lock: there is one, whatever version was asked for. */
  readonly version: string
  readonly text: string
}

const texts: Readonly<Record<string, string>> = {
  'circleci/continuation': continuation,
  'circleci/path-filtering': pathFiltering,
}

const released = /^(circleci\/[a-z-]+)@(?:volatile|\d+(?:\.\d+){0,2})$/

/**
 * The orb that stands in for one of CircleCI's, so that dynamic configs run without a network: by any
 * released version, since ours takes the parameters of all of them. Null for every other reference.
 */
export function nativeOrb(reference: string): NativeOrb | null {
  const name = released.exec(reference)?.[1] ?? ''
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined
  return text === undefined ? null : { version: 'native', text }
}
