import { join } from 'node:path'

/** Where the files of one environment are, on this machine. */
export interface Places {
  readonly id: string
  /** The directory that the job sees, at this very path; everything below belongs to the job. */
  readonly seen: string
  readonly home: string
  /** What is /tmp inside the job, where it can have its own. */
  readonly tmp: string
  readonly scripts: string
  readonly bashEnv: string
  /** The directory that the job does not see. */
  readonly kept: string
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

/** Throws when `id` could not be the name of a directory. */
export function placesOf(dataDir: string, id: string): Places {
  const seen = join(jobsDir(dataDir), checked('environment', id))
  const kept = join(environmentsDir(dataDir), id)
  return {
    id,
    seen,
    home: join(seen, 'home'),
    tmp: join(seen, 'tmp'),
    scripts: join(seen, 'scripts'),
    bashEnv: join(seen, 'bash_env'),
    kept,
    spec: join(kept, 'environment.json'),
    keeper: join(kept, 'keeper'),
    mounts: join(kept, 'mounts'),
    passwd: join(kept, 'passwd'),
  }
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

function checked(what: string, name: string): string {
  if (!nameShape.test(name)) throw new Error(`${JSON.stringify(name)} cannot name a ${what}`)
  return name
}
