import { err, ok, type Result } from '../../model/result.ts'
import type { CombineConfigsStep } from '../../model/step.ts'
import type { NamedConfig } from '../tools.ts'
import { readFileInside, writeFileInside } from './inside.ts'
import { refused, type StepContext, type StepEnd, say } from './step.ts'

/** As many as anybody splits a config into; more is a mistake. */
const mostFiles = 200

/** Makes one config of the files that a list names. */
export async function combineConfigs(
  context: StepContext,
  { listPath, outputPath }: CombineConfigsStep,
): Promise<StepEnd> {
  const configs = await listed(context, listPath)
  if (!configs.ok) return configs.problem
  const text = context.tools.combine(configs.value)
  if (!text.ok) return refused(text.problem)
  for (const { file } of configs.value) await say(context, `Config: ${file}`)
  const written = await writeFileInside(context, 'write', { path: outputPath, text: text.value })
  if (!written.ok) return written.problem
  await say(context, `Written to ${outputPath}, ${Buffer.byteLength(text.value)} bytes`)
  return { kind: 'success' }
}

async function listed(
  context: StepContext,
  listPath: string,
): Promise<Result<readonly NamedConfig[], StepEnd>> {
  const list = await readFileInside(context, 'list', listPath)
  if (!list.ok) return list
  const files = (list.value ?? '').split('\n').map((line) => line.trim())
  const named = files.filter((file) => file !== '')
  if (named.length === 0) return err(refused(`${listPath} names no config`))
  if (named.length > mostFiles)
    return err(refused(`${listPath} names more than ${mostFiles} configs`))
  const configs: NamedConfig[] = []
  for (const [index, file] of named.entries()) {
    const text = await readFileInside(context, `config-${index}`, file)
    if (!text.ok) return text
    if (text.value === null) return err(refused(`there is no config ${file}, or it is no file`))
    configs.push({ file, text: text.value })
  }
  return ok(configs)
}
