import type { Executor } from '../ports/executor.ts'
import { fakeExecutor } from './fake.ts'
import { type LocalOptions, localExecutor } from './local/local.ts'

/** What `SLUICE_EXECUTOR` may ask for so far; `docker` comes with its own issue. */
export type ExecutorChoice = 'auto' | 'local' | 'fake'

/** The executor that the settings ask for. `auto` is local, with a notice in the log. */
export function executorFor(choice: ExecutorChoice, options: LocalOptions): Executor {
  switch (choice) {
    case 'auto':
      options.log.info({}, 'steps run on this machine: only the local executor exists so far')
      return localExecutor(options)
    case 'local':
      return localExecutor(options)
    case 'fake':
      return fakeExecutor()
    default:
      return choice satisfies never
  }
}
