import { posix } from 'node:path'
import type { ReportedTest } from './junit.ts'

/** Where a test may be: not known to exist yet. */
export interface Candidate {
  /** Relative to the working directory, or no more than the name of a file. */
  readonly file: string
  readonly line: number | null
}

/**
 * Where a failed test may be, the likeliest first: what its report says, with a line out of the failure's
 * text if it gives none, then the places that the text names, such as `src/a.test.ts:12` or
 * `(FooTest.java:42)`. Absolute paths count only below `directory`, the job's working directory.
 */
export function candidatesFor(
  { file, line, message }: Pick<ReportedTest, 'file' | 'line' | 'message'>,
  directory: string,
): readonly Candidate[] {
  const named = placesIn(message, directory)
  const own = file === null ? null : relativeFile(file, directory)
  if (own === null) return named
  const match = named.find((place) => samePlace(place.file, own))
  return [{ file: own, line: line ?? match?.line ?? null }, ...named]
}

/** Within the repository, as far as can be told from a path; null: it is not. */
export function relativeFile(file: string, directory: string): string | null {
  const path = posix.normalize(file.replace(/^file:\/\//, '').replaceAll('\\', '/'))
  const relative = path.startsWith('/') ? posix.relative(directory, path) : path
  const outside = relative === '' || relative === '.' || relative.split('/').includes('..')
  return outside || hasControls(relative) ? null : relative
}

const hasControls = (text: string): boolean => /\p{Cc}/u.test(text)

const samePlace = (one: string, other: string): boolean =>
  one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`)

/** `path:12`, Python's `File "path", line 12` and PHP's and Ruby's, which are like the first. */
const mention = /([\w@.+/\\-]{1,300}\.[A-Za-z]\w{0,7})(?::|", line )(\d{1,7})\b/g

/** What is not the author's: a stack often begins there. */
const foreign = /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|gems|internal)\/|^node:/

function placesIn(text: string, directory: string): readonly Candidate[] {
  return [...text.matchAll(mention)].flatMap(([, path = '', line]) => {
    const file = relativeFile(path, directory)
    return file === null || foreign.test(file) ? [] : [{ file, line: Number(line) || null }]
  })
}
