import { expect, test } from 'vitest'
import { junitReader, type ReportedTest } from '../../../src/worker/junit/junit.ts'

function testsIn(document: string): readonly ReportedTest[] {
  const found: ReportedTest[] = []
  const reader = junitReader((one) => found.push(one))
  reader.write(document)
  reader.end()
  return found
}

const base = {
  classname: '',
  file: null,
  line: null,
  seconds: 0,
  result: 'success',
  flaky: false,
  message: '',
}

test('jest: a failure with its stack, a skip, and the time of each', () => {
  const tests = testsIn(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="3" failures="1" errors="0" time="1.25">
  <testsuite name="sum" errors="0" failures="1" skipped="1" timestamp="2026-01-01T00:00:00" time="0.5" tests="3">
    <testcase classname="sum adds" name="sum adds" time="0.004"></testcase>
    <testcase classname="sum subtracts" name="sum subtracts" time="0.1">
      <failure>Error: expect(received).toBe(expected)
    at Object.&lt;anonymous&gt; (src/sum.test.js:7:20)</failure>
    </testcase>
    <testcase classname="sum later" name="sum later" time="0"><skipped/></testcase>
  </testsuite>
</testsuites>`)
  expect(tests).toEqual([
    { ...base, classname: 'sum adds', name: 'sum adds', seconds: 0.004 },
    {
      ...base,
      classname: 'sum subtracts',
      name: 'sum subtracts',
      seconds: 0.1,
      result: 'failure',
      message:
        'Error: expect(received).toBe(expected)\n    at Object.<anonymous> (src/sum.test.js:7:20)',
    },
    { ...base, classname: 'sum later', name: 'sum later', result: 'skipped' },
  ])
})

test('pytest: an error, a message as attribute, captured output left aside', () => {
  const tests =
    testsIn(`<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="1" failures="1" skipped="0" tests="2" time="0.05" hostname="h"><testcase classname="tests.test_a.TestB" name="test_c[1-x]" file="tests/test_a.py" line="11" time="0.001"><failure message="assert 1 == 2">def test_c():
&gt;       assert 1 == 2
tests/test_a.py:12: AssertionError</failure><system-out>noise</system-out></testcase><testcase classname="tests.test_a" name="test_d" time="0.002"><error message="failed on setup">boom</error></testcase></testsuite></testsuites>`)
  expect(tests).toMatchObject([
    {
      classname: 'tests.test_a.TestB',
      file: 'tests/test_a.py',
      line: 11,
      result: 'failure',
      message:
        'assert 1 == 2\ndef test_c():\n>       assert 1 == 2\ntests/test_a.py:12: AssertionError',
    },
    { result: 'error', message: 'failed on setup\nboom', file: null },
  ])
})

test('go: a suite as the root, and the message Failed', () => {
  const tests = testsIn(`<testsuite tests="1" failures="1" time="0.01" name="example.com/m">
<properties><property name="go.version" value="1.26"></property></properties>
<testcase classname="m" name="TestX/a=b" time="1,234.5"><failure message="Failed" type="">x_test.go:9: no</failure></testcase></testsuite>`)
  expect(tests).toMatchObject([
    { name: 'TestX/a=b', seconds: 1234.5, result: 'failure', message: 'Failed\nx_test.go:9: no' },
  ])
})

test('rspec and phpunit: the file of a suite, nested suites, a line of their own', () => {
  const tests =
    testsIn(`<testsuites><testsuite name="all" file="/w/a.php"><testsuite name="C" file="/w/c.php">
<testcase name="one" class="C" classname="C" file="/w/own.php" line="12" time="0.1"/><testcase name="two" time="0.1"/>
</testsuite><testcase name="three"/></testsuite><testsuite name="none"><testcase name="four"/></testsuite></testsuites>`)
  expect(tests.map(({ name, file, line }) => [name, file, line])).toEqual([
    ['one', '/w/own.php', 12],
    ['two', '/w/c.php', null],
    ['three', '/w/a.php', null],
    ['four', null, null],
  ])
})

test('surefire: a flaky test passed, one that was tried again in vain did not', () => {
  const tests = testsIn(`<testsuite name="com.acme.FooTest" time="0.3">
<testcase name="flaky" classname="com.acme.FooTest" time="0.1"><flakyFailure message="once" type="x"><stackTrace>at Foo</stackTrace></flakyFailure></testcase>
<testcase name="broken" classname="com.acme.FooTest"><failure message="no" type="x">at com.acme.FooTest.broken(FooTest.java:42)</failure><rerunFailure message="no again" type="x">at Foo</rerunFailure></testcase></testsuite>`)
  expect(tests).toMatchObject([
    { name: 'flaky', result: 'success', flaky: true, message: '' },
    {
      name: 'broken',
      result: 'failure',
      flaky: false,
      message: 'no\nat com.acme.FooTest.broken(FooTest.java:42)',
    },
  ])
})

test('googletest: a test that was not run is skipped', () => {
  expect(
    testsIn('<testsuites><testsuite><testcase name="a" status="notrun"/></testsuite></testsuites>'),
  ).toMatchObject([{ result: 'skipped' }])
})

test('a suite without tests has none', () => {
  expect(testsIn('<testsuites/>')).toEqual([])
})

test('what is XML and no JUnit is refused', () => {
  expect(() => testsIn('<coverage><testcase name="x"/></coverage>')).toThrow(
    'the root is <coverage> and not <testsuites> or <testsuite>',
  )
})

test('texts and numbers from hostile files are bounded', () => {
  const long = 'x'.repeat(100_000)
  const [one] = testsIn(
    `<testsuite><testcase name="${long}" classname="${long}" file="${long}" line="99999999999" time="-1e999"><failure message="${long}">${long}</failure></testcase></testsuite>`,
  )
  expect(one?.name.length).toBe(500)
  expect(one?.classname.length).toBe(500)
  expect(one?.file?.length).toBe(500)
  expect(one?.message.length).toBeLessThanOrEqual(4000)
  expect([one?.line, one?.seconds]).toEqual([null, 0])
})
