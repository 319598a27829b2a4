import type { RegistryOrb } from '../model/orb-reference.ts'
import type { OrbAnswer, Vendored } from '../ports/orbs.ts'
import { largest } from './body.ts'
import { missing } from './fetched.ts'

/**
 * Where a repository keeps an orb of its own choice. The version is the one that the config names, also
 * when it is a range: a commit's files can be asked for by name only, not listed, so `@5` is answered by
 * `orb@5.yml` and never by `orb@5.2.0.yml`. What cannot stand in a file name everywhere is written as in
 * a URL, so that a label such as `dev:a/../b` names one file in one folder.
 */
export const vendoredPath = ({ name, version }: RegistryOrb): string =>
  `.circleci/orbs/${name}@${version.replaceAll(/[^\w.:-]/gu, encodeURIComponent)}.yml`

/** The orb as the repository holds it; null: it does not. Rejects as `vendored` does. */
export async function vendoredOrb(orb: RegistryOrb, vendored: Vendored): Promise<OrbAnswer | null> {
  const path = vendoredPath(orb)
  const text = await vendored(path)
  if (text === null) return null
  return text.length > largest
    ? missing(`${path} is larger than ${largest} bytes`)
    : { kind: 'source', version: orb.version, text }
}
