import {
  boolean,
  type Field,
  type Fields,
  given,
  optionalText,
  type Reading,
  record,
  versionText,
} from '../read/reader.ts'
import { checkKeys, type Keys } from './keys.ts'
import { isRunnerPool, resourceClassOf } from './resource-class.ts'
import type { RunsInConfig } from './runs-in.ts'
import { flagOf } from './step-frame.ts'

const keys: Keys = {
  of: 'machine',
  accepted: ['image', 'enabled', 'docker_layer_caching', 'shell', 'resource_class'],
  elsewhere: {
    environment: 'It belongs one level up, beside `machine`.',
    working_directory: 'It belongs one level up, beside `machine`.',
    steps: 'They belong one level up, beside `machine`.',
  },
}

/** `true`, `{ enabled: true }` (old forms), the name of an image, or a map; null when it says no. */
export function machineOf(
  field: Field | undefined,
  around: Fields,
  reading: Reading,
): RunsInConfig | null {
  if (field === undefined || field.value.kind === 'unknown') return null
  if (field.value.kind === 'map') return machineMap(field, reading)
  if (field.value.kind === 'scalar' && field.value.type === 'string')
    return machine(field, versionText(field, reading)?.value ?? null)
  if (boolean(field, reading)?.value === false) return null
  if (reading.version === '2.1' && !inRunnerPool(around)) reportDefault(field, reading)
  return machine(field, null)
}

const machine = (field: Field, image: string | null): RunsInConfig => ({
  at: field.key,
  runsIn: { kind: 'machine', image, dockerLayerCaching: false },
  shell: null,
  resourceClass: null,
})

/** The image that a map of machine keys names; also for the old key `windows`. */
export function machineMap(field: Field, reading: Reading): RunsInConfig | null {
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, keys, reading)
  if (given(fields, 'enabled') !== null && !flagOf(fields, 'enabled', reading)) return null
  const dockerLayerCaching = flagOf(fields, 'docker_layer_caching', reading)
  const image = given(fields, 'image')
  const name = image && versionText(image, reading)
  return {
    at: field.key,
    runsIn: { kind: 'machine', image: name?.value ?? null, dockerLayerCaching },
    shell: optionalText(fields, 'shell', reading),
    resourceClass: resourceClassOf(fields, reading),
  }
}

function inRunnerPool({ all }: Fields): boolean {
  const node = all.get('resource_class')?.value
  return node?.kind === 'unknown' || (node?.kind === 'scalar' && isRunnerPool(node.text))
}

function reportDefault(field: Field, { report }: Reading): void {
  const message = '`machine: true` is an old form of a machine without a chosen image'
  report('deprecated', field.at, message, 'Write `machine: { image: default }`.')
}
