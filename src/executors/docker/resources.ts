/** What a container may use. */
export interface Resources {
  readonly cpus: number
  readonly memoryBytes: number
}

const gib = 1024 ** 3

/** CPUs and GiB of CircleCI's classes for the docker executor; those of machines and Arm beside them. */
const classes: Readonly<Record<string, readonly [cpus: number, gib: number]>> = {
  small: [1, 2],
  medium: [2, 4],
  'medium+': [3, 6],
  large: [4, 8],
  xlarge: [8, 16],
  '2xlarge': [16, 32],
  '2xlarge+': [20, 40],
  'arm.medium': [2, 8],
  'arm.large': [4, 16],
  'arm.xlarge': [8, 32],
  'arm.2xlarge': [16, 64],
}

/** Null for a class that is not in the table. `.gen2` and such name newer machines of the same size. */
export function resourcesOf(resourceClass: string): Resources | null {
  const name = resourceClass.replace(/\.gen\d+$/, '')
  const found = Object.hasOwn(classes, name) ? classes[name] : undefined
  return found ? { cpus: found[0], memoryBytes: found[1] * gib } : null
}

/** E.g. `4 GiB`. */
export const memoryWords = (bytes: number): string => `${Number((bytes / gib).toFixed(2))} GiB`
