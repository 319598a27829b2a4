import type { Located } from '../read/located.ts'
import {
  boolean,
  type Field,
  type Fields,
  isNothing,
  type Reading,
  record,
  required,
  string,
} from '../read/reader.ts'
import { duration } from './duration.ts'
import { environment } from './environment.ts'
import { checkKeys, type Keys } from './keys.ts'
import { frame, needsKeys, optionalText, type StepConfig } from './step-frame.ts'

const keys: Keys = {
  of: 'run',
  accepted: [
    'name',
    'command',
    'shell',
    'environment',
    'background',
    'working_directory',
    'no_output_timeout',
    'when',
  ],
  later: ['max_auto_reruns', 'auto_rerun_delay'],
}

/** Silence after which CircleCI gives a step up. */
const defaultTimeoutMs = 10 * 60_000

/** `run: text`, or `run:` with keys below it. */
export function runStep(field: Field, reading: Reading): StepConfig | null {
  if (isNothing(field)) return needsKeys(field, 'a command', reading)
  if (field.value.kind === 'scalar') return runOf(field, null, string(field, reading), reading)
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, keys, reading)
  const command = required(fields, 'command', reading)
  return runOf(field, fields, command && string(command, reading), reading)
}

function runOf(
  field: Field,
  fields: Fields | null,
  command: Located<string> | null,
  reading: Reading,
): StepConfig | null {
  if (command?.value.trim() === '')
    reading.report('empty-command', command.at, 'the command is empty')
  const timeout = fields?.all.get('no_output_timeout')
  const background = fields?.all.get('background')
  // Also what cannot run is read to its end, so that all that is wrong with it is found at once.
  const step: StepConfig = {
    ...frame(field, fields, command?.value ?? '', reading),
    type: 'run',
    command: command?.value ?? '',
    shell: optionalText(fields, 'shell', reading),
    environment: environment(fields?.all.get('environment'), reading),
    background: (background && boolean(background, reading)?.value) ?? false,
    workingDirectory: optionalText(fields, 'working_directory', reading),
    noOutputTimeoutMs: (timeout && duration(timeout, reading)) ?? defaultTimeoutMs,
  }
  return command && step
}
