import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { textOf } from './text-of.ts'

/** Where the files of one environment are, on this machine. */
export interface Places {
  readonly id: string
  /** Of `seen`, below the directory of all jobs. Not the id: it is given before the task is known. */
  readonly name: string
  /** The directory that the job sees, at this very path; everything below belongs to the job. */
  readonly seen: string
  readonly home: string
  /** What is /tmp inside the job, where it can have its own. */
  readonly tmp: string
  readonly scripts: string
  readonly bashEnv: string
  /** The directory that the job does not see. */
  readonly kept: string
  /** Holds `name`. */
  readonly place: string
  readonly spec: string
  readonly keeper: string
  readonly mounts: string
  readonly passwd: string
}

export interface StepPlaces {
  readonly directory: string
  readonly log: string
  readonly pid: string
  readonly exit: string
}

/** Names that come from outside must not lead elsewhere. */
const nameShape = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/

/** Throws when `id` or `name` could not be the name of a directory. */
export function placesOf(dataDir: string, id: string, name: string): Places {
  const seen = join(jobsDir(dataDir), checked('job', name))
  const kept = join(environmentsDir(dataDir), checked('environment', id))
  return {
    id,
    name,
    seen,
    home: join(seen, 'home'),
    tmp: join(seen, 'tmp'),
    scripts: join(seen, 'scripts'),
    bashEnv: join(seen, 'bash_env'),
    kept,
    place: join(kept, 'place'),
    spec: join(kept, 'environment.json'),
    keeper: join(kept, 'keeper'),
    mounts: join(kept, 'mounts'),
    passwd: join(kept, 'passwd'),
  }
}

/** Of an environment that is yet to be made. */
export const newPlaces = (dataDir: string, id: string): Places =>
  placesOf(dataDir, id, randomUUID())

/** Of the environment with this id, whether there is one or not. */
export async function findPlaces(dataDir: string, id: string): Promise<Places> {
  const nameless = placesOf(dataDir, id, id)
  const name = await textOf(nameless.place)
  return name === null ? nameless : placesOf(dataDir, id, name)
}

/** Throws when `stepId` could not be the name of a directory. */
export function stepPlaces(places: Places, stepId: string): StepPlaces {
  const directory = join(places.kept, 'steps', checked('step', stepId))
  return {
    directory,
    log: join(directory, 'log'),
    pid: join(directory, 'pid'),
    exit: join(directory, 'exit'),
  }
}

export const jobsDir = (dataDir: string): string => join(dataDir, 'jobs')
export const environmentsDir = (dataDir: string): string => join(dataDir, 'environments')

/** The id of an environment that is no task's: one to try things out, or one kept ready. */
export const newOwnId = (what: 'probe' | 'spare'): string => `${what}-${randomUUID()}`

export const isOwnId = (id: string): boolean => /^(?:probe|spare)-/.test(id)

function checked(what: string, name: string): string {
  if (!nameShape.test(name)) throw new Error(`${JSON.stringify(name)} cannot name a ${what}`)
  return name
}
