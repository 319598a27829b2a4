import { describe, expect, test } from 'vitest'
import { candidatesFor, relativeFile } from '../../../src/worker/junit/place.ts'

const here = '/home/job/project'
const at = (message: string, file: string | null = null, line: number | null = null) =>
  candidatesFor({ file, line, message }, here).map((one) => `${one.file}:${one.line}`)

describe('where a failed test is', () => {
  test.each([
    ['jest', `Error\n    at Object.<anonymous> (${here}/src/a.test.js:7:20)`, 'src/a.test.js:7'],
    ['pytest', 'def test():\ntests/test_a.py:12: AssertionError', 'tests/test_a.py:12'],
    ['unittest', `  File "${here}/tests/test_a.py", line 9, in test`, 'tests/test_a.py:9'],
    ['go', '    x_test.go:9: no', 'x_test.go:9'],
    ['rspec', 'Failure/Error: x\n# ./spec/a_spec.rb:5:in `block`', 'spec/a_spec.rb:5'],
    ['surefire', '\tat com.acme.FooTest.x(FooTest.java:42)', 'FooTest.java:42'],
    ['phpunit', `C::x\nno\n\n${here}/tests/C.php:8`, 'tests/C.php:8'],
  ])('is told by the text of %s', (_tool, message, place) => {
    expect(at(message)[0]).toBe(place)
  })

  test('is what the report says, before what its text names', () => {
    expect(at('b.py:2', 'tests/a.py', 5)).toEqual(['tests/a.py:5', 'b.py:2'])
  })

  test('gets its line from the text where the report names the file only', () => {
    expect(at('lib/x.py:3\ntests/a.py:12: AssertionError', 'tests/a.py')[0]).toBe('tests/a.py:12')
  })

  test('is never outside of the working directory, nor in what others wrote', () => {
    const lines = [
      'at /usr/lib/python3/a.py:1',
      `at ${here}/node_modules/jest/x.js:2`,
      'at ../../etc/passwd.txt:3',
      'at node:internal/process/task.js:4',
      `at ${here}/src/mine.js:5`,
    ]
    expect(at(lines.join('\n'))).toEqual(['src/mine.js:5'])
  })
})

test('paths are told relative to the working directory', () => {
  expect(relativeFile('./a/b.js', here)).toBe('a/b.js')
  expect(relativeFile(`file://${here}/a.js`, here)).toBe('a.js')
  expect(relativeFile('/elsewhere/a.js', here)).toBeNull()
  expect(relativeFile(here, here)).toBeNull()
  expect(relativeFile('a/../../b', here)).toBeNull()
})
