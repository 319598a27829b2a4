import { quoted } from '../read/quoted.ts'
import { type Field, lastKey, list, type Reading, record, string } from '../read/reader.ts'
import { didYouMean, listed } from '../read/suggest.ts'
import { checkoutStep } from './checkout.ts'
import { comesLater, notYet } from './keys.ts'
import { runStep } from './run.ts'
import type { StepConfig, StepReading } from './step-frame.ts'
import { attachStep, persistStep } from './workspace.ts'

const shapers: Readonly<Record<string, (field: Field, reading: Reading) => StepConfig | null>> = {
  run: runStep,
  checkout: checkoutStep,
  persist_to_workspace: persistStep,
  attach_workspace: attachStep,
}
const laterSteps = [
  'save_cache',
  'restore_cache',
  'store_artifacts',
  'store_test_results',
  'add_ssh_keys',
  'setup_remote_docker',
  'setup_docker_engine',
  'install_signing_bundle',
  'deploy',
  'when',
  'unless',
  'steps',
  'shell',
]

export function shapeSteps(field: Field, reading: StepReading): readonly StepConfig[] {
  return list(field, reading)?.flatMap((item) => shapeStep(item, reading) ?? []) ?? []
}

function shapeStep(item: Field, reading: StepReading): StepConfig | null {
  if (item.value.kind === 'list') {
    const message = `${lastKey(item)} must be a step, this is a list`
    reading.report('wrong-type', item.at, message, 'A list inside `steps` is not flattened.')
    return null
  }
  if (item.value.kind === 'scalar') return bareStep(item, reading)
  const fields = record(item, reading)
  const [first, second] = [...(fields?.all ?? [])]
  if (first === undefined) return null
  if (second !== undefined) return severalKeys(item, [...(fields?.all.keys() ?? [])], reading)
  return namedStep(first[0], first[1], reading)
}

/** A step that is only a word, such as `checkout`. */
function bareStep(item: Field, reading: StepReading): StepConfig | null {
  const word = string(item, reading)
  if (word === null || word.value.includes('<<')) return null
  return namedStep(word.value, { ...item, value: { ...item.value, ...nothing } }, reading)
}

const nothing = { kind: 'scalar', type: 'null', text: '' } as const

function namedStep(name: string, field: Field, reading: StepReading): StepConfig | null {
  if (Object.hasOwn(shapers, name)) return shapers[name]?.(field, reading) ?? null
  if (laterSteps.includes(name))
    reading.report('unsupported', field.key, `the step ${name} ${notYet}`, comesLater)
  else if (!reading.incomplete) reportUnknown(name, field, reading)
  return null
}

function reportUnknown(name: string, field: Field, { report }: Reading): void {
  const known = [...Object.keys(shapers), ...laterSteps]
  const hint = didYouMean(name, known, `Steps: ${listed(Object.keys(shapers))}.`)
  report('unknown-step', field.key, `there is no step or command named ${quoted(name)}`, hint)
}

function severalKeys(item: Field, keys: readonly string[], { report }: Reading): null {
  const [first, ...rest] = keys
  const message = `a step has one key, this one has ${keys.length}: ${listed(keys)}`
  const hint = `Indent ${listed(rest)} further if they belong to ${first}; else begin a new step with a dash.`
  report('step-keys', item.at, message, hint)
  return null
}
