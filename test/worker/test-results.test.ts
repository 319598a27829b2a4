import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Step } from '../../src/model/step.ts'
import { named } from '../contract/store-runs.ts'
import { runStep, type Workplace, workplace } from '../support/workplace.ts'

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  await place.start()
})
afterAll(() => place.close())

const store = (path: string): Step => ({
  when: 'always',
  where: { line: 1, column: 1, endLine: 1, endColumn: 2 },
  type: 'store_test_results',
  name: 'Uploading test results',
  path,
})

async function job(steps: readonly Step[], change: object = {}) {
  const queued = await place.queue(steps, change)
  const outcome = await queued.outcome()
  const summary = await place.database.store.testResults.summary(named(queued.run, 'build').id)
  return { outcome, summary, log: await queued.log(steps.length) }
}

const succeeded = { kind: 'success' }
const write = (path: string, text: string) =>
  runStep(`mkdir -p "$(dirname ${path})"; cat > ${path} <<'XML'\n${text}\nXML`)
const suite = (inner: string) => `<testsuites><testsuite name="s">${inner}</testsuite></testsuites>`
const failing = (name: string, text: string, more = '') =>
  `<testcase name="${name}" classname="c" time="0.5"${more}><failure message="no">${text}</failure></testcase>`

describe('6.5 store_test_results', () => {
  test('reads all *.xml below a directory, and nothing else there', async () => {
    const { outcome, summary, log } = await job([
      write('r/a.xml', suite('<testcase name="one" time="1"/>')),
      write('r/deep/B.XML', suite('<testcase name="two" time="2"/>')),
      write('r/c.txt', suite('<testcase name="three"/>')),
      store('r'),
    ])
    expect(outcome).toEqual(succeeded)
    expect(summary).toMatchObject({ total: 2, failed: 0, seconds: 3 })
    expect(log).toBe('Stored the results of 2 tests: 0 failed, 0 skipped\n')
  })

  test('reads a single file, whatever it is called', async () => {
    const { summary } = await job([write('out', suite('<testcase name="one"/>')), store('out')])
    expect(summary).toMatchObject({ total: 1 })
  })

  test('a malformed file is a notice, and the others count', async () => {
    const { outcome, summary, log } = await job([
      write('r/a.xml', '<testsuites><testsuite><testcase name="lost"/>'),
      write('r/b.xml', suite('<testcase name="kept"/>')),
      write('r/c.xml', '<html><body/></html>'),
      write('r/d.xml', '<!DOCTYPE x [<!ENTITY a "b">]><testsuites/>'),
      runStep(': > r/e.xml'),
      store('r'),
    ])
    expect(outcome).toEqual(succeeded)
    expect(summary).toMatchObject({ total: 1 })
    expect(log).toMatch(
      /Warning: a\.xml: it is not read as JUnit's XML: line \d: <testsuite> is not closed/,
    )
    expect(log).toMatch(/Warning: c\.xml: .* the root is <html>/)
    expect(log).toMatch(/Warning: d\.xml: .* declarations are not taken/)
    expect(log).toMatch(/Warning: e\.xml: .* there is no element/)
  })

  test('a missing path is a notice, and so is a directory without any', async () => {
    for (const path of ['missing', '.']) {
      const { outcome, summary, log } = await job([store(path)])
      expect([outcome, summary]).toEqual([succeeded, null])
      expect(log).toMatch(/^Warning: no test results were stored: there is no /)
    }
  })

  test('what cannot be read is told, and the rest counts', async () => {
    const { outcome, summary, log } = await job([
      write('r/a.xml', suite('<testcase name="a"/>')),
      write('r/b.xml', suite('<testcase name="b"/>')),
      runStep('chmod 000 r/a.xml'),
      store('r'),
    ])
    expect(outcome).toEqual(succeeded)
    expect(summary).toMatchObject({ total: 1 })
    expect(log).toMatch(/Warning: not all test results were stored: .*Permission denied/)
  })

  test('runs always: after a failure, too', async () => {
    const { outcome, summary } = await job([
      write('r.xml', suite(failing('x', 'y'))),
      runStep('exit 1'),
      store('r.xml'),
    ])
    expect(outcome).toMatchObject({ kind: 'failed', exitCode: 1 })
    expect(summary).toMatchObject({ total: 1, failed: 1 })
  })

  test('tells where failed tests are, by the files that are there', async () => {
    const here = 'PLACE'
    const xml = suite(
      [
        failing('jest', `at ${here}/src/a.test.js:7:20`),
        failing('pytest', 'tests/test_a.py:12: AssertionError', ' file="tests/test_a.py"'),
        failing('surefire', 'at com.acme.FooTest.x(FooTest.java:42)'),
        failing('gone', 'at src/gone.js:3'),
        failing('lib', `at ${here}/node_modules/x/y.js:1`),
        failing('nowhere', 'just no'),
      ].join(''),
    )
    const { summary } = await job([
      runStep(
        [
          'git init -q .; mkdir -p src tests java/com/acme node_modules/x',
          'touch src/a.test.js tests/test_a.py java/com/acme/FooTest.java node_modules/x/y.js',
          'git add src tests java',
        ].join('\n'),
      ),
      write('r.xml', xml),
      runStep('sed -i "s|PLACE|$PWD|g" r.xml'),
      store('r.xml'),
    ])
    expect(summary?.failures.map(({ name, file, line }) => [name, file, line])).toEqual([
      ['jest', 'src/a.test.js', 7],
      ['pytest', 'tests/test_a.py', 12],
      ['surefire', 'java/com/acme/FooTest.java', 42],
      ['gone', null, null],
      ['lib', null, null],
      ['nowhere', null, null],
    ])
  })

  test('reads other encodings than UTF-8', async () => {
    const utf16 = runStep(
      `printf '\\377\\376' > r.xml; printf '%s' '${suite('<testcase name="ä😀"/>')}' | iconv -t UTF-16LE >> r.xml`,
    )
    const latin = runStep(
      `printf '<?xml version="1.0" encoding="ISO-8859-1"?><testsuite><testcase name="\\344" time="9"/></testsuite>' > l.xml`,
    )
    expect((await job([utf16, store('r.xml')])).summary).toMatchObject({ total: 1 })
    const { summary } = await job([latin, store('l.xml')])
    expect(summary?.slowest[0]?.name).toBe('ä')
  })

  test('a file of more than 100 MiB is left out', async () => {
    const make = runStep(
      `{ echo '<testsuite>'; head -c 110000000 /dev/zero | tr '\\0' ' '; echo '</testsuite>'; } > big.xml`,
    )
    const { outcome, log } = await job([make, store('big.xml')])
    expect(outcome).toEqual(succeeded)
    expect(log).toContain('Warning: big.xml: it has more than 100 MiB')
  })

  test('secrets in messages are hidden', async () => {
    const { summary } = await job(
      [
        runStep(
          `echo "<testsuite><testcase name='$CIRCLE_CONTINUATION_KEY'><failure>was $CIRCLE_CONTINUATION_KEY</failure></testcase></testsuite>" > r.xml`,
        ),
        store('r.xml'),
      ],
      { setup: true },
    )
    expect(summary?.failures[0]).toMatchObject({ name: '****', message: 'was ****' })
  })
})
