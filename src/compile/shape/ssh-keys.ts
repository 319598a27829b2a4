import { type Field, type Fields, given, listOrOne, type Reading, string } from '../read/reader.ts'
import { frame, optionsOf, type StepConfig } from './step-frame.ts'

/** Alone: every key of the project; with `fingerprints`, those. */
export function sshKeysStep(field: Field, reading: Reading): StepConfig {
  const fields = optionsOf(field, ['fingerprints'], reading)
  return {
    ...frame(field, fields, { name: 'add_ssh_keys' }, reading),
    type: 'add_ssh_keys',
    fingerprints: fingerprintsOf(fields, reading),
  }
}

function fingerprintsOf(fields: Fields | null, reading: Reading): readonly string[] | null {
  const field = given(fields, 'fingerprints')
  return field && listOrOne(field).flatMap((item) => string(item, reading)?.value ?? [])
}
