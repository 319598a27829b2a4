import type { Step } from '../../model/step.ts'
import { EnvironmentRefused } from '../../ports/executor.ts'
import { engineRefusal } from '../remote-docker.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'

type SetupRemoteDocker = Extract<Step, { readonly type: 'setup_remote_docker' }>

/** Gives the job a Docker engine of its own, if the operator allows that; later steps find it. */
export async function setupRemoteDocker(
  context: StepContext,
  step: SetupRemoteDocker,
): Promise<StepEnd> {
  const { environment, control } = context
  const refusal = engineRefusal(context, environment)
  if (refusal !== null || !environment.engine) return refused(refusal ?? 'there is no engine')
  let told = Promise.resolve()
  const tell = (line: string): void => {
    told = told.then(() => say(context, line))
    // Whoever waits for the last line hears of a failure.
    told.catch(() => undefined)
  }
  for (const line of notices(step)) tell(line)
  try {
    const signal = AbortSignal.any([control.letGo, control.halted])
    await environment.engine.start({ tell, signal })
    await told
    return succeeded
  } catch (error) {
    if (error instanceof EnvironmentRefused) return refused(error.message)
    throw error
  }
}

function notices({ version, dockerLayerCaching }: SetupRemoteDocker): readonly string[] {
  const asked = version !== null && version !== 'default'
  return [
    ...(asked
      ? [`Version ${version} is not chosen here: the server has one image of an engine`]
      : []),
    ...(dockerLayerCaching
      ? ['docker_layer_caching does nothing here: the engine of each job begins empty']
      : []),
  ]
}
