import type { Executor } from '../ports/executor.ts'
import { type DockerOptions, dockerAnswers, dockerExecutor } from './docker/docker.ts'
import { fakeExecutor } from './fake.ts'
import { type LocalOptions, localExecutor } from './local/local.ts'

/** What `SLUICE_EXECUTOR` may ask for. */
export type ExecutorChoice = 'auto' | 'docker' | 'local' | 'fake'

/** The executor that the settings ask for. `auto`: docker where an engine answers, else local. */
export async function executorFor(
  choice: ExecutorChoice,
  options: LocalOptions & DockerOptions,
): Promise<Executor> {
  switch (choice) {
    case 'auto':
      if (await dockerAnswers(options.dockerHost)) return dockerExecutor(options)
      options.log.info({}, 'steps run on this machine: no Docker engine answers')
      return localExecutor(options)
    case 'docker':
      return dockerExecutor(options)
    case 'local':
      return localExecutor(options)
    case 'fake':
      return fakeExecutor()
    default:
      return choice satisfies never
  }
}
