import { isFromFork } from '../model/trigger.ts'
import { SecretsLocked, type StoredVariables } from '../ports/secrets.ts'
import type { ClaimedTask } from '../ports/tasks.ts'
import type { Control } from './control.ts'
import { patiently } from './insist.ts'
import { type Masking, maskingOf } from './mask/mask.ts'
import type { Tools } from './tools.ts'
import { type Layer, secretsOf } from './variables.ts'

/** What a task is given in confidence. Only in the memory of this process, and of the job's own. */
export interface TaskSecrets {
  /** Variables of the project, then of the contexts in the order in which the job names them. */
  readonly layers: readonly Layer[]
  /** Private keys for `add_ssh_keys` by the names of their secrets; in no variable. */
  readonly sshKeys: Readonly<Record<string, string>>
  /** Hides all of it wherever something about the task is written down. */
  readonly masking: Masking
  /** Why the task cannot be given what it asks for; null: it is given all. */
  readonly refusal: string | null
}

/** Asked anew by every process that takes the task. A pipeline of a fork is given nothing that is stored. */
export async function secretsFor(
  task: ClaimedTask,
  tools: Tools,
  control: Control,
): Promise<TaskSecrets> {
  const own = secretsOf(task, tools)
  if (isFromFork(task.trigger)) return given(own, [])
  const { contexts, trigger } = task
  const ask = () =>
    storedOrRefusal(tools, () => tools.secrets.variables(trigger.repository, contexts))
  const stored = await patiently('secrets', ask, { ...tools, control })
  if (typeof stored === 'string') return { ...given(own, []), refusal: stored }
  const missing = contexts.find((name) => !stored.some((one) => isContext(one, name)))
  const refusal = missing === undefined ? null : `there is no context ${missing} any more`
  return { ...given(own, stored), refusal }
}

/** No repetition helps where the key is the wrong one. */
async function storedOrRefusal(
  { log }: Tools,
  ask: () => Promise<readonly StoredVariables[]>,
): Promise<readonly StoredVariables[] | string> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof SecretsLocked)) throw error
    log.error({ error: error.message }, 'the secrets of a job could not be read')
    return `its secrets could not be read: ${error.message}`
  }
}

const isContext = ({ scope }: StoredVariables, name: string): boolean =>
  scope.kind === 'context' && scope.name === name

function given(own: readonly string[], stored: readonly StoredVariables[]): TaskSecrets {
  const layers = stored.map(
    (one): Layer => ({
      title: one.scope.kind === 'project' ? 'Of the project' : `Of the context ${one.scope.name}`,
      values: part(one, (name) => !isSshKey(one, name)),
      secret: true,
    }),
  )
  const sshKeys = Object.assign(
    {},
    ...stored.map((one) => part(one, (name) => isSshKey(one, name))),
  )
  const values = stored.flatMap((one) => Object.values(one.values))
  return { layers, sshKeys, masking: maskingOf([...own, ...values]), refusal: null }
}

/** What a project stores under such a name is for ssh alone. */
const isSshKey = ({ scope }: StoredVariables, name: string): boolean =>
  scope.kind === 'project' && /^SSH_KEY(?:_|$)/.test(name)

const part = ({ values }: StoredVariables, wanted: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)))
