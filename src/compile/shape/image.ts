import type { DockerImage } from '../../model/plan.ts'
import type { Located } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import {
  type Field,
  type Fields,
  given,
  listOrOne,
  optionalText,
  type Reading,
  record,
  required,
  string,
  versionText,
} from '../read/reader.ts'
import { authKeys, registryAuth } from './auth.ts'
import { environment } from './environment.ts'
import { checkKeys, type Keys } from './keys.ts'
import { words } from './words.ts'

const keys: Keys = {
  of: 'a docker image',
  accepted: ['image', 'name', 'entrypoint', 'command', 'user', 'environment', ...authKeys],
  elsewhere: {
    env: 'Did you mean environment?',
    cmd: 'Did you mean command?',
    volumes: 'Images cannot mount volumes; copy files in a step.',
    ports: 'Images share one network: every port is reachable on localhost.',
    resource_class: 'It belongs to the job, beside `docker`.',
    working_directory: 'It belongs to the job, beside `docker`.',
    shell: 'It belongs to the job, beside `docker`.',
    steps: 'They belong to the job, beside `docker`.',
  },
}

/** One item of `docker`; null when it names no image. */
export function imageOf(field: Field, reading: Reading): DockerImage | null {
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, keys, reading)
  const image = required(fields, 'image', reading)
  const name = image && versionText(image, reading)
  if (name !== null) checkImage(name, reading)
  const rest = {
    name: optionalText(fields, 'name', reading),
    entrypoint: commandWords(fields, 'entrypoint', reading),
    command: commandWords(fields, 'command', reading),
    user: optionalText(fields, 'user', reading),
    environment: environment(fields.all.get('environment'), reading),
    auth: registryAuth(fields, reading),
  }
  return name && { image: name.value, ...rest }
}

function checkImage({ value: image, at }: Located<string>, { report }: Reading): void {
  const digest = /@(.*)$/s.exec(image)?.[1]
  if (image.trim() === '') report('bad-value', at, 'the name of the image is empty')
  else if (/[\s\p{Cc}]/u.test(image))
    report('bad-value', at, 'the name of an image holds no spaces')
  else if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest))
    report('bad-value', at, 'the digest of an image is `@sha256:` and 64 hexadecimal digits')
  else if (isRetired(image)) reportRetired(image, at, report)
}

/** Tools of CircleCI that live on; every other image of that name is no longer built. */
const living = /^circleci\/(circleci-cli|runner|runner-agent|runner-init|picard)([:@]|$)/

const isRetired = (image: string): boolean => image.startsWith('circleci/') && !living.test(image)

function reportRetired(image: string, at: Located<string>['at'], report: Reading['report']): void {
  const message = `${quoted(image)} is one of CircleCI's old images, which are no longer updated`
  report('deprecated', at, message, 'Take the successor of the same kind from cimg/.')
}

/** A list is taken word by word; one text is split as a shell would, without expanding anything. */
function commandWords(fields: Fields, key: string, reading: Reading): readonly string[] | null {
  const field = given(fields, key)
  if (field === null) return null
  const texts = listOrOne(field).map((item) => string(item, reading)?.value ?? '')
  return field.value.kind === 'list' ? texts : words(texts.join(' '))
}
