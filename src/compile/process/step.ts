import { unreachable } from '../../model/result.ts'
import type { StepWhen } from '../../model/step.ts'
import type { StepConfig } from '../shape/step-frame.ts'
import { unlessEmpty, type Value, written } from './document.ts'
import { ownOptions } from './own-step.ts'

/** A step as it stands in a compiled config: one word where it has no options. */
export function stepDocument(step: StepConfig): Value {
  const options = written({ name: nameOf(step), ...optionsOf(step), when: whenOf(step) })
  const word = step.type === 'run' && step.firstTaskOnly ? 'deploy' : step.type
  return Object.keys(options).length === 0 ? word : { [word]: options }
}

type Options = Readonly<Record<string, Value>>

/** Null where the step is called so anyway. */
function nameOf(step: StepConfig): string | null {
  const usual = step.type === 'run' ? step.command : step.type
  return step.name === usual ? null : step.name
}

/** Steps that keep what others made run whatever happened before, unless they say otherwise. */
function whenOf({ type, when }: StepConfig): StepWhen | null {
  const keeps = type === 'store_artifacts' || type === 'store_test_results'
  return when === (keeps ? 'always' : 'on_success') ? null : when
}

function optionsOf(step: StepConfig): Options {
  switch (step.type) {
    case 'run':
      return runOptions(step)
    case 'checkout':
      return written({
        path: step.path,
        method: step.method === 'blobless' ? null : step.method,
        depth: step.depth,
      })
    case 'persist_to_workspace':
      return { root: step.root, paths: step.paths }
    case 'attach_workspace':
      return { at: step.at }
    case 'save_cache':
      return { key: step.key, paths: step.paths }
    case 'restore_cache':
      return { keys: step.keys }
    case 'store_artifacts':
      return written({ path: step.path, destination: step.destination })
    case 'store_test_results':
      return { path: step.path }
    case 'add_ssh_keys':
      return written({ fingerprints: step.fingerprints })
    case 'setup_remote_docker':
      return written({
        version: step.version,
        docker_layer_caching: step.dockerLayerCaching || null,
      })
    case 'install_signing_bundle':
      return {}
    case 'continue_pipeline':
    case 'filter_paths':
    case 'combine_configs':
      return ownOptions(step)
    default:
      return unreachable(step)
  }
}

const usualTimeoutMs = 10 * 60_000

function runOptions(step: Extract<StepConfig, { type: 'run' }>): Options {
  const { noOutputTimeoutMs: timeout, maxAutoReruns, autoRerunDelayMs: delay } = step
  return written({
    command: step.command,
    shell: step.shell,
    environment: unlessEmpty(step.environment),
    background: step.background || null,
    working_directory: step.workingDirectory,
    no_output_timeout: timeout === usualTimeoutMs ? null : durationOf(timeout),
    max_auto_reruns: maxAutoReruns || null,
    auto_rerun_delay: delay === 0 ? null : durationOf(delay),
  })
}

const durationOf = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1000}s`)
