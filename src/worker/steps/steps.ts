import { unreachable } from '../../model/result.ts'
import type { Step } from '../../model/step.ts'
import { EnvironmentRefused } from '../../ports/executor.ts'
import { isLetGo } from '../insist.ts'
import { reasonOf } from '../reason.ts'
import { addSshKeys } from './add-ssh-keys.ts'
import { attachWorkspace } from './attach.ts'
import { checkout } from './checkout.ts'
import { combineConfigs } from './combine.ts'
import { continuePipeline } from './continue.ts'
import { filterPaths } from './filter-paths.ts'
import { notYet } from './not-yet.ts'
import { persistToWorkspace } from './persist.ts'
import { restoreCache } from './restore-cache.ts'
import { resumedLog } from './resumed.ts'
import { run } from './run.ts'
import { saveCache } from './save-cache.ts'
import { setupRemoteDocker } from './setup-remote-docker.ts'
import { refused, type StepContext, type StepEnd } from './step.ts'
import { storeArtifacts } from './store-artifacts.ts'
import { storeTestResults } from './store-test-results.ts'

/**
 * Does what the step asks for, and says how it ended. Whatever goes wrong on our side is `lost`, never
 * the user's failure. Rejects only with `LetGo`.
 */
export async function perform(context: StepContext, step: Step): Promise<StepEnd> {
  try {
    return await dispatch(context, step)
  } catch (error) {
    context.control.letGo.throwIfAborted()
    if (isLetGo(error)) throw error
    if (context.control.halted.aborted) return { kind: 'halted' }
    if (error instanceof EnvironmentRefused) return refused(error.message)
    context.tools.log.error(
      { task: context.task.taskId, step: step.name, error: String(error) },
      'a step was lost',
    )
    return { kind: 'lost', because: reasonOf(error) }
  }
}

function dispatch(context: StepContext, step: Step): Promise<StepEnd> {
  switch (step.type) {
    case 'run':
      return run(context, step)
    case 'checkout':
      return checkout(context, step)
    case 'persist_to_workspace':
      return persistToWorkspace(context, step)
    case 'attach_workspace':
      return attachWorkspace(context, step)
    case 'continue_pipeline':
      return continuePipeline(fromTheBeginning(context), step)
    case 'filter_paths':
      return filterPaths(fromTheBeginning(context), step)
    case 'combine_configs':
      return combineConfigs(fromTheBeginning(context), step)
    case 'add_ssh_keys':
      return addSshKeys(fromTheBeginning(context), step)
    case 'save_cache':
      return saveCache(fromTheBeginning(context), step)
    case 'restore_cache':
      return restoreCache(fromTheBeginning(context), step)
    case 'store_artifacts':
      return storeArtifacts(fromTheBeginning(context), step)
    case 'store_test_results':
      return storeTestResults(fromTheBeginning(context), step)
    case 'setup_remote_docker':
      return setupRemoteDocker(fromTheBeginning(context), step)
    case 'install_signing_bundle':
      return notYet(step)
    default:
      return unreachable(step)
  }
}

/** These do all of their work again after a restart, and say the same about it. */
const fromTheBeginning = (context: StepContext): StepContext => ({
  ...context,
  log: resumedLog(context.log, context.from),
  from: 0,
})
