import type { EndedJob, JobRun } from '../../model/run.ts'
import type { Failure, TestSummary, Timing } from '../../ports/test-results.ts'
import { cutBytes, plainText } from '../text.ts'
import type { Annotation } from './desired.ts'
import { fitting } from './limits.ts'
import { code, counted, duration, sentence } from './markdown.ts'

/** Rows of the table; all others are on the job's page. */
const failuresShown = 20
const tableBytes = 20_000

/** Markdown about the tests of a job: what failed, what took longest, what cannot be relied on. */
export function testLines(tests: TestSummary | null): readonly string[] {
  if (!tests) return []
  const { total, failed, skipped, seconds } = tests
  return [
    `**${counted(total, 'test')}**: ${failed} failed, ${skipped} skipped, in ${tookOf(seconds)}.`,
    ...failureTable(tests),
    ...named('Slowest', tests.slowest, (one) => `${titleOf(one)} (${tookOf(one.seconds)})`),
    ...named('Flaky, passed after failing at this commit', tests.flaky, titleOf),
  ]
}

/**
 * Failed tests on their lines. Where the job succeeded all the same, they are no failures. GitHub only
 * ever adds annotations, so there are none before the job has ended.
 */
export const testAnnotations = (
  job: JobRun & EndedJob,
  tests: TestSummary | null,
): readonly Annotation[] =>
  (tests?.failures ?? []).flatMap((failure) => {
    const path = pathOf(failure)
    return path === null ? [] : [annotation(path, failure, job.status)]
  })

/** A file of the repository; null: it cannot be told. */
function pathOf({ file }: Failure): string | null {
  const wrong = file === null || file.split('/').some((part) => part === '' || part === '..')
  return wrong || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(file) ? null : file
}

function annotation(path: string, failure: Failure, status: EndedJob['status']): Annotation {
  const line = failure.line ?? 1
  return {
    path,
    start_line: line,
    end_line: line,
    annotation_level: status === 'failed' ? 'failure' : 'warning',
    title: plainText(fullName(failure), 255) || 'a test without a name',
    message: messageOf(failure),
  }
}

/** GitHub insists on a message. */
const messageOf = ({ message }: Failure): string =>
  cutBytes(
    message
      .toWellFormed()
      .replaceAll(/[^\P{Cc}\n\t]/gu, ' ')
      .trim(),
    8000,
  ) || 'failed without a message'

function failureTable({ failures, failed }: TestSummary): readonly string[] {
  if (failures.length === 0) return []
  const rows = failures.slice(0, failuresShown).map(failureRow)
  const left = failed - rows.length
  const kept = fitting(rows, tableBytes, (cut) => `| … and ${counted(cut, 'more row')} | | |`)
  const table = ['| Failed test | Where | Message |', '| --- | --- | --- |', ...kept].join('\n')
  return left > 0 ? [table, `… and ${counted(left, 'more failed test')}.`] : [table]
}

const failureRow = (failure: Failure): string =>
  `| ${titleOf(failure)} | ${placeOf(failure)} | ${sentence(failure.message.split('\n')[0] ?? '', 200)} |`

const placeOf = ({ file, line }: Failure): string =>
  file === null ? '' : code(line === null ? file : `${file}:${line}`)

const named = <One>(
  title: string,
  tests: readonly One[],
  text: (one: One) => string,
): readonly string[] => (tests.length === 0 ? [] : [`${title}: ${tests.map(text).join(', ')}.`])

type Named = Pick<Timing, 'name' | 'classname'>

const fullName = ({ classname, name }: Named): string =>
  classname === '' || name.startsWith(classname) ? name : `${classname} › ${name}`

const titleOf = (test: Named): string => code(fullName(test), 200)

const tookOf = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)}s` : duration(seconds * 1000)
