import type { DockerImage, RunsIn } from '../../model/plan.ts'
import type { Located } from '../read/located.ts'
import {
  boolean,
  type Field,
  type Fields,
  isNothing,
  list,
  listOrOne,
  type Reading,
  record,
  required,
  string,
} from '../read/reader.ts'
import { environment } from './environment.ts'
import { checkKeys, type Keys } from './keys.ts'
import { words } from './words.ts'

/** Every way to run that a job names, in any number: how many there should be is a rule of `check`. */
export function runsIn(fields: Fields, reading: Reading): readonly Located<RunsIn>[] {
  const found: Located<RunsIn>[] = []
  const docker = fields.all.get('docker')
  if (docker !== undefined) found.push({ value: dockerOf(docker, reading), at: docker.key })
  const machine = fields.all.get('machine')
  const value = machine === undefined ? null : machineOf(machine, reading)
  if (machine !== undefined && value !== null) found.push({ value, at: machine.key })
  return found
}

function dockerOf(field: Field, reading: Reading): RunsIn {
  const items = list(field, reading)
  if (items?.length === 0)
    reading.report('missing-key', field.key, 'docker needs at least one image', imageHint)
  return { kind: 'docker', images: items?.flatMap((item) => imageOf(item, reading) ?? []) ?? [] }
}

const imageHint = 'Write `- image: cimg/base:current`.'

const imageKeys: Keys = {
  of: 'a docker image',
  accepted: ['image', 'name', 'entrypoint', 'command', 'user', 'environment'],
  later: ['auth', 'aws_auth', 'gcp_auth'],
}

function imageOf(field: Field, reading: Reading): DockerImage | null {
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, imageKeys, reading)
  const image = required(fields, 'image', reading)
  const name = image && imageName(image, reading)
  if (name === null) return null
  return {
    image: name,
    name: optionalText(fields, 'name', reading),
    entrypoint: commandWords(fields, 'entrypoint', reading),
    command: commandWords(fields, 'command', reading),
    user: optionalText(fields, 'user', reading),
    environment: environment(fields.all.get('environment'), reading),
  }
}

function imageName(field: Field, reading: Reading): string | null {
  const name = string(field, reading)
  if (name === null) return null
  const digest = /@(.*)$/.exec(name.value)?.[1]
  const sound = name.value.trim() !== '' && !/[\s\p{Cc}]/u.test(name.value)
  if (sound && (digest === undefined || /^sha256:[0-9a-f]{64}$/.test(digest))) return name.value
  const message = sound
    ? 'the digest of an image is `@sha256:` and 64 hexadecimal digits'
    : 'the name of an image holds no spaces'
  reading.report('bad-value', name.at, message)
  return name.value
}

function optionalText(fields: Fields, key: string, reading: Reading): string | null {
  const field = fields.all.get(key)
  return field === undefined || isNothing(field) ? null : (string(field, reading)?.value ?? null)
}

/** A list is taken word by word; one text is split as a shell would, without expanding anything. */
function commandWords(fields: Fields, key: string, reading: Reading): readonly string[] | null {
  const field = fields.all.get(key)
  if (field === undefined || isNothing(field)) return null
  const texts = listOrOne(field).map((item) => string(item, reading)?.value ?? '')
  return field.value.kind === 'list' ? texts : words(texts.join(' '))
}

const machineKeys: Keys = {
  of: 'machine',
  accepted: ['image', 'enabled'],
  later: ['shell', 'resource_class'],
  ignored: { docker_layer_caching: 'Sluice has no Docker layers of its own to keep' },
}

/** `true`, `{ enabled: true }` (old forms) or `{ image: … }`; null when it says no. */
function machineOf(field: Field, reading: Reading): RunsIn | null {
  if (field.value.kind !== 'map')
    return boolean(field, reading)?.value === false ? null : { kind: 'machine', image: null }
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, machineKeys, reading)
  const enabled = fields.all.get('enabled')
  if (enabled !== undefined && boolean(enabled, reading)?.value === false) return null
  return { kind: 'machine', image: optionalText(fields, 'image', reading) }
}
