import { isFromFork } from '../model/trigger.ts'
import type { EnvironmentHandle, Executor } from '../ports/executor.ts'
import type { ClaimedTask } from '../ports/tasks.ts'
import type { Tools } from './tools.ts'

interface Asking {
  readonly tools: Pick<Tools, 'remoteDocker'> & { readonly executor: Pick<Executor, 'kind'> }
  readonly task: Pick<ClaimedTask, 'trigger'>
}

/**
 * Why the task gets no Docker engine, and what would change that; null: it may have one. Who commands an
 * engine commands the machine below it, so only the operator can allow it, and nobody to a fork.
 */
export function engineRefusal(
  { tools, task }: Asking,
  environment: Pick<EnvironmentHandle, 'engine'>,
): string | null {
  const { owner, name } = task.trigger.repository
  const kind = tools.executor.kind
  if (!environment.engine) {
    return `a Docker engine comes with the docker executor only, and this job runs on the ${kind} executor`
  }
  if (isFromFork(task.trigger)) {
    return 'a pull request from a fork gets no Docker engine: who has one can become root on the machine below'
  }
  if (isNamed(tools.remoteDocker ?? [], owner, name)) return null
  return (
    `this server gives ${owner}/${name} no Docker engine. Its operator can: SLUICE_REMOTE_DOCKER=${owner}/${name} ` +
    `(or ${owner}/* for all). A job that asks for one then gets an engine of its own in a privileged container; ` +
    'that means that whoever can push there can become root on the machine that runs it'
  )
}

/** GitHub does not tell capital letters from small ones. */
const isNamed = (allowed: readonly string[], owner: string, name: string): boolean => {
  const wanted = [`${owner}/${name}`, `${owner}/*`].map((one) => one.toLowerCase())
  return allowed.some((one) => wanted.includes(one.toLowerCase()))
}
