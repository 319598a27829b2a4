import type { CommitSha } from '../../model/ids.ts'
import { commitSha } from '../../model/ids.ts'
import type { Person, Repository } from '../../model/trigger.ts'
import type { Addresses } from '../addresses.ts'
import { cloneUrlOf } from '../addresses.ts'

/**
 * Careful reading of payloads. A signature says who sent a payload, not that its fields are there: they
 * differ between versions of GitHub, and parts of them are what strangers typed.
 */
type Fields = Readonly<Record<string, unknown>>

/** The value at the end of `path`; undefined when any part of the way is missing. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce(
    (inner, key) => (isFields(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  )

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** Text that a database can store: no NUL and no half characters. Null when it is no text. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : null
}

/** A positive whole number, as all of GitHub's ids are. */
export const id = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null

/** A full commit name; null for anything else, also for GitHub's forty zeros that mean "none". */
export function sha(value: unknown): CommitSha | null {
  if (typeof value !== 'string' || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value)) return null
  return /^0+$/.test(value) ? null : commitSha(value)
}

/** Who acted. Null when the payload does not say. */
export function personIn(sender: unknown): Person | null {
  const person = { id: id(at(sender, 'id')), login: text(at(sender, 'login')) }
  if (person.id === null || !person.login) return null
  return { id: person.id, login: person.login, type: text(at(sender, 'type')) ?? 'User' }
}

/** The repository and installation of a payload. Null when something is missing or no name that GitHub gives. */
export function repositoryIn(payload: unknown, addresses: Addresses): Repository | null {
  const repository = at(payload, 'repository')
  const numbers = { id: id(at(repository, 'id')), app: id(at(payload, 'installation', 'id')) }
  const owner = nameIn(at(repository, 'owner', 'login')) ?? nameIn(at(repository, 'owner', 'name'))
  const name = nameIn(at(repository, 'name'))
  const defaultBranch = text(at(repository, 'default_branch'))
  if (numbers.id === null || numbers.app === null || !owner || !name || !defaultBranch) return null
  return {
    id: numbers.id,
    owner,
    name,
    defaultBranch,
    // Unknown counts as private: that is the careful side wherever it matters.
    private: at(repository, 'private') !== false,
    cloneUrl: cloneUrlOf(addresses, { owner, name }),
    webUrl: `${addresses.web}/${owner}/${name}`,
    installationId: numbers.app,
  }
}

function nameIn(value: unknown): string | null {
  return typeof value === 'string' && /^(?!\.{1,2}$)[\w.-]{1,100}$/.test(value) ? value : null
}
