import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { combineConfigs } from '../../src/compile/combine.ts'

const combined = (...texts: readonly string[]) =>
  combineConfigs(texts.map((text, index) => ({ file: `${index + 1}.yml`, text })))

function valueOf(...texts: readonly string[]): unknown {
  const text = combined(...texts)
  return text.ok ? parse(text.value) : text.problem
}

test('one config stays as it is, to the letter, even when it is wrong', () => {
  expect(combined('a: [ # kept')).toEqual({ ok: true, value: 'a: [ # kept' })
})

test('maps are joined on all levels; of lists and other values the later file’s count', () => {
  const first = 'version: 2.1\njobs: {a: {x: 1, steps: [one, two]}, b: 1}'
  const second = 'jobs: {a: {steps: [three]}, b: {c: 2}, d: 3}'
  expect(valueOf(first, second, 'version: "2.1"')).toEqual({
    version: '2.1',
    jobs: { a: { x: 1, steps: ['three'] }, b: { c: 2 }, d: 3 },
  })
})

test('anchors and merge keys are written out', () => {
  expect(valueOf('x: &x {a: 1}\ny: {<<: *x, b: 2}', 'z: 1')).toEqual({
    x: { a: 1 },
    y: { a: 1, b: 2 },
    z: 1,
  })
})

test('values keep what they are: texts that look like numbers, words, templates and many lines', () => {
  const text = combined(
    'a: "3.10"\nb: 3.10\nc: yes\nd: "yes"\ne: ~\nf: "<< x >>"',
    'g: |\n  1\n  2\n',
  )
  expect(text).toEqual({
    ok: true,
    value: 'a: "3.10"\nb: 3.10\nc: yes\nd: "yes"\ne: null\nf: << x >>\ng: |\n  1\n  2\n',
  })
})

test.each([
  [['a: 1', 'b: [\n'], '2.yml:1: this is not YAML'],
  [['a: 1', '- b'], '2.yml: a config is a map'],
  [['a: 1', ''], '2.yml:1: the config is empty'],
])('%j cannot be combined', (texts, problem) => {
  expect(valueOf(...texts)).toContain(problem)
})

test('a bomb of aliases is told, not expanded', () => {
  const bomb = Array.from(
    { length: 30 },
    (_, n) => `k${n}: &k${n} [${n ? `*k${n - 1}, *k${n - 1}` : 'x'}]`,
  )
  expect(valueOf('a: 1', bomb.join('\n'))).toMatch(/^2\.yml:/)
})
