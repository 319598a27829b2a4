import { err, ok, type Result } from '../../model/result.ts'
import type { FilterPathsStep } from '../../model/step.ts'
import { type Changed, changedFiles } from './changed-files.ts'
import { readFileInside, writeFileInside } from './inside.ts'
import { type Match, matchesOf, outcomeOf, readMapping } from './mapping.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'
import { substituted, variablesInside } from './substitute.ts'

/** Where the orb leaves its lists; its other commands and configs of today read them there. */
const configListPath = '/tmp/filtered-config-list'
const changedListPath = '/tmp/files-changed-list'
const filesShown = 50

/** Turns the files that were changed into parameters and configs, by the lines of a mapping. */
export async function filterPaths(context: StepContext, asked: FilterPathsStep): Promise<StepEnd> {
  const step = await withVariables(context, asked)
  if (!step.ok) return step.problem
  const { baseRevision, sameBaseRun, configPath, outputPath } = step.value
  const changed = await changedFiles(context, baseRevision, sameBaseRun)
  if (!changed.ok) return changed.problem
  const matches = await matched(context, step.value, changed.value)
  if (!matches.ok) return matches.problem
  const { parameters, configs } = outcomeOf(matches.value, configPath)
  await report(context, { step: step.value, changed: changed.value, matches: matches.value })
  return written(context, [
    { name: 'write-changed', path: changedListPath, text: changed.value.files.join('\n') },
    { name: 'write-configs', path: configListPath, text: configs.join('\n') },
    { name: 'write-parameters', path: outputPath, text: JSON.stringify(parameters) },
  ])
}

async function withVariables(
  context: StepContext,
  step: FilterPathsStep,
): Promise<Result<FilterPathsStep, StepEnd>> {
  const found = await variablesInside(context)
  if (!found.ok) return found
  const filled = (text: string): string => substituted(text, found.value)
  const mapping = await textOrFile(context, 'mapping', filled(step.mapping))
  if (!mapping.ok) return mapping
  const exclude = await textOrFile(context, 'exclude', filled(step.exclude))
  if (!exclude.ok) return exclude
  return ok({
    ...step,
    mapping: mapping.value,
    exclude: exclude.value,
    baseRevision: filled(step.baseRevision),
    configPath: filled(step.configPath),
    outputPath: filled(step.outputPath),
  })
}

/** A single word may be the path of a file that holds the lines. */
async function textOrFile(
  context: StepContext,
  name: string,
  given: string,
): Promise<Result<string, StepEnd>> {
  const path = given.trim()
  if (path === '' || /\s/.test(path)) return ok(given)
  const file = await readFileInside(context, name, path)
  return file.ok ? ok(file.value ?? given) : file
}

async function matched(
  { tools }: StepContext,
  { mapping, exclude }: FilterPathsStep,
  { files }: Changed,
): Promise<Result<readonly Match[], StepEnd>> {
  const lines = readMapping(mapping)
  if (!lines.ok) return err(refused(lines.problem))
  const excluded = exclude.split('\n').map((line) => line.trim())
  const patterns = { lines: lines.value, excluded: excluded.filter((line) => line !== '') }
  const rest = () => tools.clock.sleep(0)
  const matches = await matchesOf(patterns, files, { regex: tools.regex, rest })
  return matches.ok ? matches : err(refused(matches.problem))
}

interface Found {
  readonly step: FilterPathsStep
  readonly changed: Changed
  readonly matches: readonly Match[]
}

async function report(context: StepContext, { step, changed, matches }: Found): Promise<void> {
  const { from, files } = changed
  const head = context.task.trigger.commit.sha.slice(0, 10)
  await say(
    context,
    `Changed from ${from.slice(0, 10)} (base ${step.baseRevision}) to ${head}: ${files.length} files`,
  )
  for (const file of files.slice(0, filesShown)) await say(context, `  ${JSON.stringify(file)}`)
  if (files.length > filesShown) await say(context, `  … and ${files.length - filesShown} more`)
  for (const match of matches) await say(context, sentenceOf(match))
  if (matches.length === 0) await say(context, 'No line of the mapping matches a changed file')
  const { parameters, configs } = outcomeOf(matches, step.configPath)
  await say(context, `Parameters: ${JSON.stringify(parameters)}`)
  await say(context, `Config: ${configs.join(', ')}`)
}

function sentenceOf({ line: { number, pattern, parameter, config }, file }: Match): string {
  const sets = parameter ? `, ${parameter.name} = ${JSON.stringify(parameter.value)}` : ''
  const takes = config === null ? '' : `, config ${config}`
  return `Line ${number}: ${pattern} matches ${JSON.stringify(file)}${sets}${takes}`
}

async function written(
  context: StepContext,
  files: readonly { readonly name: string; readonly path: string; readonly text: string }[],
): Promise<StepEnd> {
  for (const file of files) {
    const done = await writeFileInside(context, file.name, file)
    if (!done.ok) return done.problem
  }
  return succeeded
}
