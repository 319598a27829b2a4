import { posix } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { sized } from '../../model/size.ts'
import type { StoreArtifactsStep } from '../../model/step.ts'
import type { Artifact } from '../../ports/artifacts.ts'
import { insist } from '../insist.ts'
import { andStill, forgiving, untilStopped } from './forgiving.ts'
import { look, type Seen } from './look.ts'
import { type StepContext, type StepEnd, say, succeeded } from './step.ts'
import { eachFile, type TarFile } from './tar-files.ts'

/** As CircleCI has it. */
const mostBytes = 3 * 1024 ** 3
const longestPath = 1000
const rowsAtOnce = 200
/** More would only hide what else the log says. */
const linesShown = 100

/**
 * Keeps a file, or all files of a directory, for people to look at. That something is not there or cannot
 * be kept fails nothing: the log says so.
 */
export const storeArtifacts = (context: StepContext, step: StoreArtifactsStep): Promise<StepEnd> =>
  forgiving(context, 'not all artifacts were stored', async () => {
    const seen = await look(context, step.path)
    if (!seen.ok) return seen.problem
    if (seen.value.kind === 'nothing') {
      const path = context.environment.resolve(step.path)
      await say(context, `Warning: no artifacts were stored: there is no ${path}`)
      return succeeded
    }
    return store(context, step, seen.value)
  })

async function store(
  context: StepContext,
  step: StoreArtifactsStep,
  seen: Exclude<Seen, { kind: 'nothing' }>,
): Promise<StepEnd> {
  const prefix = cleaned(step.destination ?? step.path)
  const collected = collector(context)
  await say(context, `Uploading ${seen.path} to ${prefix || '/'}`)
  const [base, name] =
    seen.kind === 'file' ? [posix.dirname(seen.path), posix.basename(seen.path)] : [seen.path, '.']
  let others = 0
  const read = async (): Promise<void> => {
    const tar = await context.environment.getTar(base, [name])
    const seenFiles = await eachFile(tar, untilStopped(context), (file) =>
      collected.add(file, seen.kind === 'file' ? prefix || cleaned(name) : join(prefix, file.path)),
    )
    others = seenFiles.others
  }
  await andStill(context, read, () => collected.end())
  if (others > 0)
    await say(context, `Warning: ${others} links and other special files were left out`)
  return succeeded
}

/** A path that stays where it belongs, whatever was asked for; `~` is the home that nobody sees later. */
const cleaned = (path: string): string =>
  path
    .split('/')
    .filter((part, place) => !['', '.', '..'].includes(part) && !(part === '~' && place === 0))
    .join('/')

const join = (prefix: string, path: string): string => cleaned(`${prefix}/${path}`)

/** Stores files as they come and tells of them in groups. */
function collector(context: StepContext) {
  const { task, tools, control, log } = context
  let waiting: Artifact[] = []
  let [count, bytes] = [0, 0]
  const flush = async (): Promise<void> => {
    const some = waiting
    waiting = []
    if (some.length === 0) return
    await insist('artifacts', () => tools.artifacts.add(task, some), { control, ...tools })
  }
  const tell = async (line: string): Promise<void> => {
    if (count < linesShown) await say({ log }, line)
    else if (count === linesShown) await say({ log }, '…')
  }
  return {
    add: async ({ size, content }: TarFile, given: string): Promise<void> => {
      const path = context.masking.text(given)
      const problem = problemWith(path, size)
      if (problem !== null)
        return say(context, `Warning: ${path.slice(0, 200)} was left out: ${problem}`)
      addAbortSignal(untilStopped(context), content)
      const stored = await tools.blobs.put(content)
      waiting.push({ index: task.index, path, blob: stored.blob, size: stored.size })
      await tell(`  ${path} (${sized(stored.size)})`)
      count++
      bytes += stored.size
      if (waiting.length >= rowsAtOnce) await flush()
    },
    end: async (): Promise<void> => {
      await flush()
      await say(context, `Stored ${count} ${count === 1 ? 'file' : 'files'} (${sized(bytes)})`)
    },
  }
}

function problemWith(path: string, size: number): string | null {
  if (size > mostBytes) return `it has more than ${sized(mostBytes)}`
  return path.length > longestPath ? `its path has more than ${longestPath} characters` : null
}
