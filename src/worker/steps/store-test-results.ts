import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { sized } from '../../model/size.ts'
import type { StoreTestResultsStep } from '../../model/step.ts'
import type { TestResult } from '../../ports/test-results.ts'
import { insist } from '../insist.ts'
import { junitReader, type ReportedTest } from '../junit/junit.ts'
import { locate } from '../junit/locate.ts'
import { relativeFile } from '../junit/place.ts'
import { XmlProblem } from '../junit/xml.ts'
import { andStill, forgiving, untilStopped } from './forgiving.ts'
import { look, type Seen } from './look.ts'
import { type StepContext, type StepEnd, say, succeeded } from './step.ts'
import { eachFile } from './tar-files.ts'

const filesAtMost = 2000
const testsAtMost = 50_000
/** Failures that are told with their message and place; no more are shown. */
const failuresAtMost = 100
const mostBytes = 100 * 1024 * 1024

/**
 * Keeps what JUnit files tell of tests: a file, or all `*.xml` below a directory. A file that is none is
 * a notice in the log; nothing here fails a job.
 */
export const storeTestResults = (
  context: StepContext,
  step: StoreTestResultsStep,
): Promise<StepEnd> =>
  forgiving(context, 'not all test results were stored', async () => {
    const seen = await look(context, step.path)
    if (!seen.ok) return seen.problem
    if (seen.value.kind === 'nothing') {
      const path = context.environment.resolve(step.path)
      await say(context, `Warning: no test results were stored: there is no ${path}`)
      return succeeded
    }
    const { value } = seen
    const tests: ReportedTest[] = []
    await andStill(
      context,
      () => readTests(context, value, tests),
      () => store(context, tests),
    )
    return succeeded
  })

/** Adds to `tests` what it can read, also when it rejects then. */
async function readTests(
  context: StepContext,
  seen: Exclude<Seen, { kind: 'nothing' }>,
  tests: ReportedTest[],
): Promise<void> {
  const { environment } = context
  const [base, names] =
    seen.kind === 'file'
      ? [posix.dirname(seen.path), [posix.basename(seen.path)]]
      : [seen.path, await xmlFiles(context, seen.path)]
  if (names.length === 0) {
    await say(context, `Warning: no test results were stored: there is no *.xml below ${base}`)
    return
  }
  const tar = await environment.getTar(base, names)
  await eachFile(tar, untilStopped(context), async ({ path, size, content }) => {
    const read = await readFile(content, size, testsAtMost - tests.length)
    // One by one: there may be more than a call takes arguments.
    for (const test of read.tests) tests.push(test)
    if (read.problem !== null) await say(context, `Warning: ${path}: ${read.problem}`)
  })
}

async function xmlFiles(context: StepContext, directory: string): Promise<readonly string[]> {
  const files = await context.environment.listFiles(directory)
  const found = files
    .filter((file) => !file.directory && /\.xml$/i.test(file.path))
    .map(({ path }) => path)
    .toSorted()
  if (found.length > filesAtMost)
    await say(context, `Warning: of ${found.length} files only ${filesAtMost} are read`)
  return found.slice(0, filesAtMost)
}

interface FileRead {
  readonly tests: readonly ReportedTest[]
  readonly problem: string | null
}

/** Of a file with a mistake nothing counts: what came before may not be what it says. */
async function readFile(content: Readable, size: number, room: number): Promise<FileRead> {
  if (size > mostBytes) return { tests: [], problem: `it has more than ${sized(mostBytes)}` }
  const tests: ReportedTest[] = []
  let [left, messages] = [0, 0]
  const reader = junitReader((test) => {
    if (tests.length >= room) left++
    else if (test.message === '' || messages++ < failuresAtMost) tests.push(test)
    else tests.push({ ...test, message: '' })
  })
  try {
    for await (const text of textsOf(content)) reader.write(text)
    reader.end()
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error
    return { tests: [], problem: `it is not read as JUnit's XML: ${error.message}` }
  }
  return { tests, problem: left === 0 ? null : `${left} tests too many were left out` }
}

/** The text of a file in the encoding that its first bytes tell. */
async function* textsOf(content: Readable): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null
  for await (const bytes of content) {
    if (!(bytes instanceof Uint8Array)) continue
    decoder ??= decoderFor(bytes)
    yield decoder.decode(bytes, { stream: true })
  }
  if (decoder) yield decoder.decode()
}

function decoderFor(first: Uint8Array): InstanceType<typeof TextDecoder> {
  if (first[0] === 0xff && first[1] === 0xfe) return new TextDecoder('utf-16le')
  if (first[0] === 0xfe && first[1] === 0xff) return new TextDecoder('utf-16be')
  const head = Buffer.from(first.subarray(0, 200)).toString('latin1')
  const label = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(head)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label)
  } catch {
    throw new XmlProblem(`its encoding ${label} is not known`)
  }
}

async function store(context: StepContext, tests: readonly ReportedTest[]): Promise<void> {
  const { task, tools, control, index } = context
  const { repository, commit } = task.trigger
  const owner = {
    ...task,
    step: index,
    repositoryId: repository.id,
    sha: commit.sha,
  }
  const results = await placed(context, tests)
  await insist('test results', () => tools.testResults.store(owner, results), { control, ...tools })
  await say(context, sentence(results))
}

/** As they are shown to people: with their place in the repository, and without secrets. */
async function placed(
  context: StepContext,
  tests: readonly ReportedTest[],
): Promise<readonly TestResult[]> {
  const failed = tests.filter(isFailure).slice(0, failuresAtMost)
  const places = await locate(context, failed)
  const directory = context.environment.resolve('.')
  return tests.map((test) => {
    const plain = { file: test.file && (relativeFile(test.file, directory) ?? test.file) }
    const place = isFailure(test) ? places(test) : null
    return hidden(context, { ...test, ...plain, ...place })
  })
}

function hidden({ masking }: StepContext, test: TestResult): TestResult {
  const { name, classname, file, message } = test
  return {
    ...test,
    name: masking.text(name),
    classname: masking.text(classname),
    file: file && masking.text(file),
    message: masking.text(message),
  }
}

const isFailure = ({ result }: Pick<TestResult, 'result'>): boolean =>
  result === 'failure' || result === 'error'

function sentence(results: readonly TestResult[]): string {
  const failed = results.filter(isFailure).length
  const skipped = results.filter(({ result }) => result === 'skipped').length
  const parts = [`${failed} failed`, `${skipped} skipped`]
  const count = results.length === 1 ? '1 test' : `${results.length} tests`
  return `Stored the results of ${count}: ${parts.join(', ')}`
}
