import { expect, test } from 'vitest'
import { environmentOf, jobOf } from './support.ts'

test.each([
  ['{ A: text }', { A: 'text' }],
  ['[{ A: 1 }, { B: 2 }, { A: 3 }]', { A: '3', B: '2' }],
  ['[A=1, "B=c d", C=]', { A: '1', B: 'c d', C: '' }],
  ['A=1', { A: '1' }],
  ['', {}],
  ['{}', {}],
  ['[]', {}],
])('environment: %s gives variables', (written, variables) => {
  expect(environmentOf(written)).toMatchObject({ value: variables, found: [] })
})

test.each([
  ['3.10', '3.10'],
  ['12345678901234567890', '12345678901234567890'],
  ['1e3', '1e3'],
  ['010', '010'],
  ['2019-01-01', '2019-01-01'],
  ['true', 'true'],
  ['yes', 'yes'],
  ['Off', 'Off'],
  ['$HOME/bin:$PATH', '$HOME/bin:$PATH'],
])('the value %s reaches the job as it is written', (written, text) => {
  expect(environmentOf(`{ A: ${written} }`)).toMatchObject({ value: { A: text }, found: [] })
})

test.each(['', '~', 'null'])('the empty value "%s" is the empty text', (written) => {
  expect(environmentOf(`{ A: ${written} }`).value).toEqual({ A: '' })
})

test('a boolean that came from an argument reads 1 or 0', () => {
  expect(environmentOf('{ A: =yes, B: =no, C: =text true }').value).toEqual({
    A: '1',
    B: '0',
    C: 'true',
  })
  expect(jobOf('docker: [{ image: a, environment: [{ A: =yes }] }]').value.executors).toMatchObject(
    [{ value: { images: [{ environment: { A: '1' } }] } }],
  )
})

test('an unknown value, or all of them, leaves nothing behind', () => {
  expect(environmentOf('{ A: =unknown, B: b }')).toMatchObject({ value: { B: 'b' }, found: [] })
  expect(environmentOf('=unknown')).toMatchObject({ value: {}, found: [] })
})

test.each([
  ['{ A: [1] }', '1:16 error wrong-type: A must be a text, this is a list'],
  ['{ A: { b: c } }', '1:16 error wrong-type: A must be a text, this is a map'],
  [
    '[[A]]',
    '1:15 error wrong-type: environment[0] must be a map of keys and values, this is a list',
  ],
  [
    '[plain]',
    '1:15 error wrong-type: environment[0] must be a map of keys and values, this is a text ("plain")',
  ],
  ['{ "A=B": c }', '1:16 error bad-name: "A=B" cannot be the name of an environment variable'],
  ['{ "": c }', '1:16 error bad-name: "" cannot be the name of an environment variable'],
])('environment: %s is refused', (written, message) => {
  expect(environmentOf(written)).toMatchObject({ value: {}, found: [message] })
})

test('a name that no shell can read is kept with a warning', () => {
  expect(environmentOf('{ 1BAD: a, my-name: b }')).toMatchObject({
    value: { '1BAD': 'a', 'my-name': 'b' },
    found: [
      '1:16 warning environment-name: shells cannot read a variable named "1BAD"',
      '1:25 warning environment-name: shells cannot read a variable named "my-name"',
    ],
  })
})
