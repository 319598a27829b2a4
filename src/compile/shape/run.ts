import type { Located } from '../read/located.ts'
import {
  type Field,
  type Fields,
  given,
  isNothing,
  optionalText,
  type Reading,
  required,
  string,
} from '../read/reader.ts'
import { duration } from './duration.ts'
import { environment } from './environment.ts'
import { rerunsOf } from './reruns.ts'
import { flagOf, frame, needsKeys, optionsOf, type StepConfig } from './step-frame.ts'

const keys = [
  'command',
  'shell',
  'environment',
  'background',
  'working_directory',
  'no_output_timeout',
  'max_auto_reruns',
  'auto_rerun_delay',
]

const elsewhere = {
  continue_on_error: 'A command that may fail can end with `|| true`.',
  attempts: 'To try a command again, use `max_auto_reruns`.',
  timeout: 'Silence is limited by `no_output_timeout`.',
  env: 'Did you mean environment?',
}

/** Silence after which CircleCI gives a step up. */
const defaultTimeoutMs = 10 * 60_000

/** `run: text`, or `run:` with keys below it. */
export const runStep = (field: Field, reading: Reading): StepConfig | null =>
  commandStep(field, false, reading)

/** The old step `deploy`: a run that only the first of several tasks does. */
export function deployStep(field: Field, reading: Reading): StepConfig | null {
  const hint = 'Use `run`, in a job of its own if the job has a parallelism.'
  reading.report('deprecated', field.key, 'deploy is an old form of run', hint)
  return commandStep(field, true, reading)
}

function commandStep(field: Field, firstTaskOnly: boolean, reading: Reading): StepConfig | null {
  if (field.value.kind === 'scalar' && !isNothing(field))
    return stepOf(field, null, field, { firstTaskOnly, ...reading })
  const fields = optionsOf(field, keys, reading, elsewhere)
  if (fields === null) return needsKeys(field, 'a command', reading)
  const command = required(fields, 'command', reading)
  return stepOf(field, fields, command, { firstTaskOnly, ...reading })
}

/** Also what cannot run is read to its end, so that all that is wrong with it is found at once. */
function stepOf(
  field: Field,
  fields: Fields | null,
  written: Field | null,
  reading: Reading & { readonly firstTaskOnly: boolean },
): StepConfig | null {
  const command = written && commandOf(written, reading)
  const timeout = given(fields, 'no_output_timeout')
  const background = flagOf(fields, 'background', reading)
  const step: StepConfig = {
    ...frame(field, fields, { name: command?.value ?? '' }, reading),
    ...rerunsOf(fields, background, reading),
    type: 'run',
    command: command?.value ?? '',
    shell: optionalText(fields, 'shell', reading),
    environment: environment(fields?.all.get('environment'), reading),
    background,
    workingDirectory: optionalText(fields, 'working_directory', reading),
    noOutputTimeoutMs: (timeout && duration(timeout, reading)) ?? defaultTimeoutMs,
    firstTaskOnly: reading.firstTaskOnly,
  }
  return command && step
}

/** Blank is a mistake where it was written, not where an argument that may be empty was filled in. */
function commandOf(field: Field, reading: Reading): Located<string> | null {
  const command = string(field, reading)
  const argument = field.value.kind === 'scalar' && field.value.substituted === true
  if (command?.value.trim() === '' && !argument)
    reading.report('empty-command', command.at, 'the command is empty')
  return command
}
