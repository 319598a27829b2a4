import { randomUUID } from 'node:crypto'
import type { Person, Repository, Role, World } from './world.ts'

export interface NewPerson {
  readonly login: string
  /** Default `User`. */
  readonly type?: 'User' | 'Bot' | 'Organization'
  /** In every repository that `roles` does not name. Default `none`. */
  readonly role?: Role
  /** By `owner/name`. */
  readonly roles?: Readonly<Record<string, Role>>
  /** For git over HTTP. Default: a random one. */
  readonly password?: string
}

/** The part of the world that knows people. */
export type Census = Pick<World, 'people' | 'nextId'>

export const addPerson = (world: Census, wanted: NewPerson): Person => {
  const id = world.nextId('account')
  const person: Person = {
    id,
    type: 'User',
    role: 'none',
    roles: {},
    password: randomUUID(),
    ...wanted,
  }
  world.people.push(person)
  return person
}

/** Gives a person another login or other rights, as of now; the id stays. */
export const changePerson = (
  world: Census,
  login: string,
  change: Partial<Pick<Person, 'login' | 'role' | 'roles'>>,
): void => {
  const index = world.people.findIndex((person) => person.login === login)
  const person = world.people[index]
  if (!person) throw new Error(`nobody is called ${login}`)
  world.people[index] = { ...person, ...change }
}

/** Logins are compared as GitHub does: without case. */
export const findPerson = (world: Pick<World, 'people'>, login: string): Person | null =>
  world.people.find((person) => person.login.toLowerCase() === login.toLowerCase()) ?? null

/** The organisation or user of that name; made when missing, with all rights on what it owns. */
export const ownerNamed = (world: Census, login: string): Person =>
  findPerson(world, login) ?? addPerson(world, { login, type: 'Organization' })

/** The person's role; who owns the repository is its admin, and everybody reads public ones. */
export const roleIn = (repository: Repository, person: Person): Role => {
  if (repository.owner.id === person.id) return 'admin'
  const role = person.roles[repository.fullName] ?? person.role
  return role === 'none' && !repository.private ? 'read' : role
}

/** As the permission API folds roles: `maintain` counts as write, `triage` as read. */
export const foldedPermission = (role: Role): 'admin' | 'write' | 'read' | 'none' => {
  if (role === 'maintain') return 'write'
  return role === 'triage' ? 'read' : role
}

export const mayPush = (role: Role): boolean => ['admin', 'write'].includes(foldedPermission(role))
