import { posix } from 'node:path'
import { inside } from '../steps/inside.ts'
import { missingOf, quoted } from '../steps/look.ts'
import type { StepContext } from '../steps/step.ts'
import type { ReportedTest } from './junit.ts'
import { type Candidate, candidatesFor } from './place.ts'

/** More files than a page shows failures of. */
const filesAtMost = 200

type Place = Pick<ReportedTest, 'file' | 'line'>

/**
 * Tells where failed tests are in the repository: by the files that are really there, and for what names
 * a file without its folder by the one of that name that git knows, if there is no second one.
 */
export async function locate(
  context: StepContext,
  failed: readonly ReportedTest[],
): Promise<(test: ReportedTest) => Place | null> {
  const directory = context.environment.resolve('.')
  const candidates = new Map(failed.map((test) => [test, candidatesFor(test, directory)]))
  const files = [...new Set([...candidates.values()].flat().map(({ file }) => file))]
  const known = files.slice(0, filesAtMost)
  const there = await existing(context, directory, known)
  const tracked = await trackedNames(
    context,
    known.filter((file) => !there.has(file) && !file.includes('/')),
  )
  return (test) => placeOf(candidates.get(test) ?? [], there, tracked)
}

function placeOf(
  candidates: readonly Candidate[],
  there: ReadonlySet<string>,
  tracked: ReadonlyMap<string, string>,
): Place | null {
  for (const { file, line } of candidates) {
    const found = there.has(file) ? file : tracked.get(file)
    if (found !== undefined) return { file: found, line }
  }
  return null
}

async function existing(
  context: StepContext,
  directory: string,
  files: readonly string[],
): Promise<ReadonlySet<string>> {
  if (files.length === 0) return new Set()
  const absolute = files.map((file) => posix.join(directory, file))
  const missing = await missingOf(context, 'files', absolute)
  if (!missing.ok) return new Set()
  return new Set(files.filter((_file, place) => !missing.value.has(absolute[place] ?? '')))
}

/** Paths by the names of files of which git knows just one. */
async function trackedNames(
  context: StepContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map()
  const patterns = names.map((name) => quoted(`:(glob)**/${name}`)).join(' ')
  const script = `git ls-files -z -- ${patterns} 2> /dev/null || :`
  const said = await inside(context, { name: 'tracked', script })
  if (!said.ok) return new Map()
  const paths = said.value.output
    .toString()
    .split('\0')
    .filter((path) => path !== '')
  const byName = Map.groupBy(paths, (path) => posix.basename(path))
  return new Map(
    [...byName].flatMap(([name, [path = '', ...more]]) => (more.length > 0 ? [] : [[name, path]])),
  )
}
