import { quoted } from '../read/quoted.ts'
import { type Field, type Fields, lastKey, type Reading, record, string } from '../read/reader.ts'
import { didYouMean, listed } from '../read/suggest.ts'
import { artifactsStep, testResultsStep } from './artifacts.ts'
import { restoreCacheStep, saveCacheStep } from './cache.ts'
import { checkoutStep } from './checkout.ts'
import { continueStep } from './continue.ts'
import { combineConfigsStep, filterPathsStep } from './filter-paths.ts'
import { presentName, renamed, typedStep } from './old-step.ts'
import { remoteDockerStep } from './remote-docker.ts'
import { deployStep, runStep } from './run.ts'
import { signingBundleStep } from './signing-bundle.ts'
import { sshKeysStep } from './ssh-keys.ts'
import type { StepConfig } from './step-frame.ts'
import { type BuiltInStep, builtInSteps, isBuiltInStep } from './step-names.ts'
import { attachStep, persistStep } from './workspace.ts'

export { builtInSteps } from './step-names.ts'

type Shaper = (field: Field, reading: Reading) => StepConfig | null

const shapers: Readonly<Record<BuiltInStep, Shaper>> = {
  run: runStep,
  checkout: checkoutStep,
  save_cache: saveCacheStep,
  restore_cache: restoreCacheStep,
  persist_to_workspace: persistStep,
  attach_workspace: attachStep,
  store_artifacts: artifactsStep,
  store_test_results: testResultsStep,
  add_ssh_keys: sshKeysStep,
  setup_remote_docker: remoteDockerStep,
  install_signing_bundle: signingBundleStep,
  deploy: deployStep,
  continue_pipeline: continueStep,
  filter_paths: filterPathsStep,
  combine_configs: combineConfigsStep,
}

/** Steps of a job: each a word, or a map of one key, that names a built-in step. */
export function shapeSteps(items: readonly Field[], reading: Reading): readonly StepConfig[] {
  return items.flatMap((item) => shapeStep(item, reading) ?? [])
}

function shapeStep(item: Field, reading: Reading): StepConfig | null {
  if (item.value.kind === 'unknown') return null
  if (item.value.kind === 'list') {
    const message = `${lastKey(item)} must be a step, this is a list`
    const hint =
      'A list inside `steps` is not flattened; a command can hold steps for several jobs.'
    reading.report('wrong-type', item.at, message, hint)
    return null
  }
  if (item.value.kind === 'scalar') return bareStep(item, reading)
  const fields = record(item, reading)
  return fields && mappedStep(item, fields, reading)
}

/** A step that is only a word, such as `checkout`. */
function bareStep(item: Field, reading: Reading): StepConfig | null {
  const word = string(item, reading)
  if (word === null) return null
  const options = { ...nothing, span: item.value.span }
  return namedStep(word.value, { ...renamed(item, word.value), value: options }, reading)
}

const nothing = { kind: 'scalar', type: 'null', text: '', templated: false } as const

function mappedStep(item: Field, fields: Fields, reading: Reading): StepConfig | null {
  const typed = typedStep(item, fields, reading)
  if (typed !== null) return namedStep(...typed, reading)
  const [first, second] = fields.all
  if (first === undefined || second !== undefined)
    return severalKeys(item, [...fields.all.keys()], reading)
  return namedStep(first[0], first[1], reading)
}

function namedStep(written: string, field: Field, reading: Reading): StepConfig | null {
  const name = presentName(written, field, reading)
  if (isBuiltInStep(name)) return shapers[name](field, reading)
  if ((name === 'when' || name === 'unless') && reading.version === '2')
    reading.report('needs-2.1', field.key, `the step ${name} needs version 2.1`, modernHint)
  else reportUnknown(name, field, reading)
  return null
}

const modernHint = 'Set `version: 2.1`.'

function reportUnknown(name: string, field: Field, { report }: Reading): void {
  const hint = didYouMean(name, builtInSteps, `Steps: ${listed(builtInSteps)}.`)
  report('unknown-step', field.key, `there is no step or command named ${quoted(name)}`, hint)
}

function severalKeys(item: Field, keys: readonly string[], { report }: Reading): null {
  const [first, ...rest] = keys
  const message = `a step has one key, this one has ${keys.length}: ${listed(keys)}`
  const hint = `Indent ${listed(rest)} further if they belong to ${first}; else begin a new step with a dash.`
  if (first === undefined) report('step-keys', item.at, 'the step is empty')
  else report('step-keys', item.at, message, hint)
  return null
}
