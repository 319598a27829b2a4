import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runGit } from './git/git.ts'
import { openObjects } from './git/objects.ts'
import { ownerNamed } from './people.ts'
import type { Repository, World } from './world.ts'

export interface NewRepository {
  /** Login of an organisation or user; an organisation is made when there is none. */
  readonly owner: string
  readonly name: string
  /** Default `main`. */
  readonly defaultBranch?: string
  /** Default true. */
  readonly private?: boolean
  /** `owner/name` of what it is a fork of. */
  readonly forkOf?: string
}

const legalName = /^(?!\.+$)[\w.-]+$/

/** Makes an empty bare repository. Rejects when the name is no name, or taken. */
export const createRepository = async (
  world: World,
  wanted: NewRepository,
): Promise<Repository> => {
  const { owner, name, defaultBranch = 'main', private: hidden = true } = wanted
  const fullName = `${owner}/${name}`
  const forkOf = world.repositories.find((one) => one.fullName === wanted.forkOf) ?? null
  if (wanted.forkOf !== undefined && !forkOf) throw new Error(`there is no ${wanted.forkOf}`)
  if (!legalName.test(owner) || !legalName.test(name)) throw new Error(`no name: ${fullName}`)
  if (world.repositories.some((one) => one.fullName.toLowerCase() === fullName.toLowerCase())) {
    throw new Error(`${fullName} exists already`)
  }
  const directory = join(world.git.root, owner, `${name}.git`)
  await mkdir(directory, { recursive: true })
  await runGit(world.git, directory, [
    'init',
    '--quiet',
    '--bare',
    `--initial-branch=${defaultBranch}`,
  ])
  const now = world.clock.now()
  const repository: Repository = {
    id: world.nextId('repository'),
    owner: ownerNamed(world, owner),
    name,
    fullName,
    formerNames: [],
    archived: false,
    private: hidden,
    defaultBranch,
    forkOf,
    directory,
    objects: openObjects(world.git, directory),
    createdAt: now,
    pushedAt: now,
    pushing: Promise.resolve(),
  }
  world.repositories.push(repository)
  return repository
}
