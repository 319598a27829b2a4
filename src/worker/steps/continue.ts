import { refusalTexts } from '../../model/continuation.ts'
import type { ContinuationConfig } from '../../model/event.ts'
import { readParameters } from '../../model/parameters.ts'
import { err, ok, type Result, unreachable } from '../../model/result.ts'
import type { ContinuationFile, ContinuePipelineStep } from '../../model/step.ts'
import type { Scalar } from '../../model/trigger.ts'
import type { ContinuationAnswer } from '../../ports/continuations.ts'
import { patiently } from '../insist.ts'
import { readFileInside } from './inside.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'
import { substituted, variablesInside } from './substitute.ts'

/** Continues the pipeline with a config from the job's files, or closes it. */
export async function continuePipeline(
  context: StepContext,
  step: ContinuePipelineStep,
): Promise<StepEnd> {
  const { tools, task, control, index } = context
  const config = step.config && (await configOf(context, step.config))
  if (config && !config.ok) return config.problem
  if (config) await say(context, `Continuing with ${config.value.file}, ${described(config.value)}`)
  else await say(context, 'Closing the pipeline: it is not continued')
  const wish = {
    pipelineId: task.pipelineId,
    // A job that is run again because its worker was lost asks for the same.
    by: `job:${task.jobId}:${task.index}:${index}`,
    config: config && config.value,
  }
  const ask = () => tools.continuations.request(wish)
  const answer = await patiently('continuation', ask, { ...tools, control })
  return endFor(answer)
}

const described = ({ text, parameters }: ContinuationConfig): string =>
  `${Buffer.byteLength(text)} bytes, parameters ${JSON.stringify(parameters)}`

function endFor(answer: ContinuationAnswer): StepEnd {
  switch (answer) {
    case 'accepted':
      return succeeded
    case 'unknown':
      return { kind: 'lost', because: 'its pipeline is gone' }
    case 'not-setup':
    case 'taken':
    case 'too-late':
      return refused(`the pipeline cannot be continued: ${refusalTexts[answer]}`)
    default:
      return unreachable(answer)
  }
}

type Named = ContinuationConfig & { readonly file: string }

async function configOf(
  context: StepContext,
  file: ContinuationFile,
): Promise<Result<Named, StepEnd>> {
  const variables = await variablesInside(context)
  if (!variables.ok) return variables
  const path = substituted(file.path, variables.value)
  const text = await readFileInside(context, 'config', path)
  if (!text.ok) return text
  if (text.value === null) return err(refused(`there is no config ${path}, or it is no file`))
  const parameters = await parametersOf(context, file)
  if (!parameters.ok) return parameters
  const name = await nameOf(context, file, path)
  return name.ok ? ok({ file: name.value, text: text.value, parameters: parameters.value }) : name
}

/** Where it was made of one config of the repository, that one, so that its lines can be pointed at. */
async function nameOf(
  context: StepContext,
  { madeOf }: ContinuationFile,
  path: string,
): Promise<Result<string, StepEnd>> {
  const list = madeOf === null ? ok(null) : await readFileInside(context, 'made-of', madeOf)
  if (!list.ok) return list
  const names = (list.value ?? '').split('\n').filter((line) => line !== '')
  const name = names.length > 0 ? names.join(' + ') : path
  return ok(name.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200))
}

async function parametersOf(
  context: StepContext,
  { parameters, lines }: ContinuationFile,
): Promise<Result<Readonly<Record<string, Scalar>>, StepEnd>> {
  const read = await parametersFrom(context, parameters)
  if (!read.ok || lines === null) return read
  const file = await readFileInside(context, 'lines', lines.path)
  if (!file.ok) return file
  return ok({ ...read.value, [lines.parameter]: (file.value ?? '').trimEnd() })
}

/** As text that is JSON, else as the path of a file that holds it. */
async function parametersFrom(
  context: StepContext,
  given: string,
): Promise<Result<Readonly<Record<string, Scalar>>, StepEnd>> {
  const direct = jsonOf(given.trim() || '{}')
  if (direct.ok) return judged(direct.value)
  const file = await readFileInside(context, 'parameters', given.trim())
  if (!file.ok) return file
  if (file.value === null)
    return err(refused('the parameters are neither JSON nor a file that there is'))
  const read = jsonOf(file.value)
  return read.ok
    ? judged(read.value)
    : err(refused(`${given.trim()} holds no JSON: ${read.problem}`))
}

function judged(value: unknown): Result<Readonly<Record<string, Scalar>>, StepEnd> {
  const parameters = readParameters(value)
  return parameters.ok ? parameters : err(refused(parameters.problem))
}

function jsonOf(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text))
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}
