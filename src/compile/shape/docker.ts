import { type Field, list, type Reading } from '../read/reader.ts'
import { imageOf } from './image.ts'
import type { RunsInConfig } from './runs-in.ts'

/** A list of images; steps run in the first, the others are services beside it. */
export function dockerOf(field: Field | undefined, reading: Reading): RunsInConfig | null {
  if (field === undefined || field.value.kind === 'unknown') return null
  const items = list(field, reading)
  if (items?.length === 0)
    reading.report('missing-key', field.key, 'docker needs at least one image', imageHint)
  const images = items?.flatMap((item) => imageOf(item, reading) ?? []) ?? []
  return { at: field.key, runsIn: { kind: 'docker', images }, shell: null, resourceClass: null }
}

const imageHint = 'Write `- image: cimg/base:current`.'
