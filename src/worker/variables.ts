import type { BuildNumber } from '../ports/build-numbers.ts'
import type { EnvironmentHandle } from '../ports/executor.ts'
import type { ClaimedTask } from '../ports/tasks.ts'
import { shimVariables } from './shim/shim.ts'
import type { Tools } from './tools.ts'
import { builtIn } from './variables/built-in.ts'

export type Variables = Readonly<Record<string, string>>

/** Variables that come from one place. */
export interface Layer {
  /** Heading of the list that people see. */
  readonly title: string
  readonly values: Variables
  /** Only the names may be shown. */
  readonly secret: boolean
}

type Around = Pick<Tools, 'publicUrl' | 'continuationKeys'>

/** What the variables of a task are made of. */
export interface Ingredients {
  readonly task: ClaimedTask
  readonly tools: Around
  readonly environment: EnvironmentHandle
  readonly build: BuildNumber
  /** Those of the project, then those of its contexts in the order in which the job names them. */
  readonly stored: readonly Layer[]
}

/**
 * The variables of all steps of a task by where they come from; of two of the same name the later one
 * counts. A step's own are stronger than all.
 */
export const layersOf = ({
  task,
  tools,
  environment,
  build,
  stored,
}: Ingredients): readonly Layer[] => [
  { title: 'Of the environment', values: ofEnvironment(environment), secret: false },
  { title: 'Of the image', values: ofImage(task), secret: false },
  ...stored,
  { title: 'Built in', values: builtIn({ task, build, ...tools }), secret: false },
  { title: 'Of a setup job', values: ofSetup(task, tools), secret: true },
  { title: 'Of the job', values: task.body.environment, secret: false },
]

/** All layers in one. */
export const merged = (layers: readonly Layer[]): Variables =>
  Object.assign({}, ...layers.map(({ values }) => values))

/** What no log may show. */
export const secretsOf = (task: ClaimedTask, { continuationKeys }: Around): readonly string[] =>
  task.setup ? [continuationKeys.keyOf(task.pipelineId)] : []

function ofEnvironment(environment: EnvironmentHandle): Variables {
  const own = { ...environment.env, ...shimVariables(environment) }
  const shared = environment.env['BASH_ENV']
  return shared === undefined ? own : { ...own, CIRCLE_SHELL_ENV: shared }
}

const ofImage = ({ body }: ClaimedTask): Variables =>
  body.runsIn.kind === 'docker' ? (body.runsIn.images[0]?.environment ?? {}) : {}

/** With these a setup job can continue its pipeline by itself; the second is ours, to tell it where. */
const ofSetup = (task: ClaimedTask, { continuationKeys, publicUrl }: Around): Variables =>
  task.setup
    ? {
        CIRCLE_CONTINUATION_KEY: continuationKeys.keyOf(task.pipelineId),
        SLUICE_API_URL: `${publicUrl}/api/v2`,
      }
    : {}
