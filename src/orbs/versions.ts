import { isExact, type RegistryOrb } from '../model/orb-reference.ts'

/** Whether an orb's reference can stand for a version. A registry that says otherwise is not believed. */
export function stands(version: string, orb: RegistryOrb): boolean {
  if (orb.stability === 'dev') return /^[^\s\p{C}]{1,1040}$/u.test(version)
  if (!isExact(version)) return false
  return orb.version === 'volatile' || `${version}.`.startsWith(`${orb.version}.`)
}

/** The newest published version; null: there is none. */
export const newest = (versions: readonly string[]): string | null =>
  versions.filter(isExact).toSorted(newestFirst)[0] ?? null

/** The newest version of the same minor, else of the same major version, else of all. */
export function nearest(versions: readonly string[], wanted: string): string | null {
  const [major, minor] = wanted.split('.')
  const beginning = (text: string) => newest(versions.filter((one) => one.startsWith(text)))
  return beginning(`${major}.${minor}.`) ?? beginning(`${major}.`) ?? newest(versions)
}

function newestFirst(one: string, other: string): number {
  const [ours, theirs] = [numbersOf(one), numbersOf(other)]
  const index = ours.findIndex((number, place) => number !== theirs[place])
  return (theirs[index] ?? 0) - (ours[index] ?? 0)
}

const numbersOf = (version: string): readonly number[] => version.split('.').map(Number)
