import type { TestResult } from '../../ports/test-results.ts'
import { type XmlHandler, XmlProblem, xmlReader } from './xml.ts'

/** A test as a file tells it; `file` and `line` as they stand there. */
export interface ReportedTest extends Omit<TestResult, 'message'> {
  /** The message, then what else is told of the failure, e.g. a stack; cut. */
  readonly message: string
}

export interface JunitReader {
  /** Throws `XmlProblem` when it is no XML or no JUnit. */
  write(text: string): void
  end(): void
}

/** As much of each text as people read, in characters. */
const longest = { name: 500, file: 500, message: 4000 } as const

/**
 * Reads JUnit's XML as jest, pytest, go, rspec, surefire, phpunit and others write it: cases in suites,
 * which may be nested, with a failure, an error or a skip in them. `found` is called for each test as it
 * ends.
 */
export function junitReader(found: (test: ReportedTest) => void): JunitReader {
  return xmlReader(new Junit(found))
}

type Mutable = { -readonly [Key in keyof ReportedTest]: ReportedTest[Key] }

/** What became of a test, by the element that says so. */
const verdicts: Readonly<Record<string, TestResult['result']>> = {
  failure: 'failure',
  error: 'error',
  skipped: 'skipped',
}
/** Surefire's word for a test that passed after it had failed. */
const retried = ['flakyFailure', 'flakyError']

class Junit implements XmlHandler {
  readonly #found: (test: ReportedTest) => void
  /** Files of the suites that are open; a test is in the innermost that names one. */
  readonly #files: (string | null)[] = []
  #depth = 0
  #test: Mutable | null = null
  /** The element whose text tells of the failure. */
  #telling: string | null = null

  constructor(found: (test: ReportedTest) => void) {
    this.#found = found
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    this.#depth++
    if (this.#depth === 1 && name !== 'testsuites' && name !== 'testsuite')
      throw new XmlProblem(`the root is <${name.slice(0, 60)}> and not <testsuites> or <testsuite>`)
    if (name === 'testsuites' || name === 'testsuite')
      this.#files.push(filled(attributes.get('file')))
    else if (name === 'testcase') this.#test = this.#begin(attributes)
    else if (this.#test) this.#inTest(this.#test, name, attributes)
  }

  text(piece: string): void {
    if (!this.#test || this.#telling === null) return
    const room = longest.message - this.#test.message.length
    if (room > 0) this.#test.message += piece.slice(0, room)
  }

  close(name: string): void {
    this.#depth--
    if (name === this.#telling) this.#telling = null
    if (name === 'testsuites' || name === 'testsuite') this.#files.pop()
    if (name !== 'testcase' || !this.#test) return
    this.#found(ownTexts(this.#test))
    this.#test = null
  }

  #begin(attributes: ReadonlyMap<string, string>): Mutable {
    const file = filled(attributes.get('file')) ?? this.#files.findLast((one) => one !== null)
    const isRun = !/^(?:notrun|skipped|disabled)$/i.test(attributes.get('status') ?? '')
    return {
      name: (attributes.get('name') ?? '').slice(0, longest.name),
      classname: (attributes.get('classname') ?? attributes.get('class') ?? '').slice(
        0,
        longest.name,
      ),
      file: file?.slice(0, longest.file) ?? null,
      line: lineOf(attributes.get('line')),
      seconds: secondsOf(attributes.get('time')),
      result: isRun ? 'success' : 'skipped',
      flaky: false,
      message: '',
    }
  }

  #inTest(test: Mutable, name: string, attributes: ReadonlyMap<string, string>): void {
    if (retried.includes(name)) test.flaky = true
    const verdict = Object.hasOwn(verdicts, name) ? verdicts[name] : undefined
    if (verdict === undefined || this.#telling !== null) return
    if (verdict !== 'skipped' || test.result === 'success') test.result = verdict
    this.#telling = name
    const message = attributes.get('message') ?? attributes.get('type') ?? ''
    if (message !== '') test.message = `${test.message}${message}\n`.slice(0, longest.message)
  }
}

/** A piece of a text keeps the whole of it in memory, and a document may be large: these are copies. */
const ownTexts = (test: ReportedTest): ReportedTest => ({
  ...test,
  name: copied(test.name),
  classname: copied(test.classname),
  file: test.file === null ? null : copied(test.file),
  message: copied(test.message.trim()),
})

const copied = (text: string): string => Buffer.from(text).toString()

const filled = (text: string | undefined): string | null => (text ? text : null)

/** Some write thousands with a comma. */
function secondsOf(text = ''): number {
  const seconds = Number(text.replaceAll(',', ''))
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 1e9) : 0
}

function lineOf(text = ''): number | null {
  const line = /^\d{1,9}$/.test(text) ? Number(text) : 0
  return line > 0 ? line : null
}
