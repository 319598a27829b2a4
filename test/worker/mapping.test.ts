import { expect, test } from 'vitest'
import { vmRegex } from '../../src/cli/regex.ts'
import { matchesOf, outcomeOf, readMapping } from '../../src/worker/steps/mapping.ts'
import { pythonPattern } from '../../src/worker/steps/python-pattern.ts'

interface Filtering {
  readonly mapping: string
  readonly excluded?: readonly string[]
  readonly files: readonly string[]
}

async function filtered({ mapping, excluded = [], files }: Filtering) {
  const lines = readMapping(mapping)
  if (!lines.ok) return lines.problem
  const around = { regex: vmRegex(), rest: async () => {} }
  const matches = await matchesOf({ lines: lines.value, excluded }, files, around)
  return matches.ok ? outcomeOf(matches.value, 'usual.yml') : matches.problem
}

test('a line sets its parameter when a changed file matches its pattern as a whole', async () => {
  const mapping = 'src/.* build true\nsrc tests true\n.*\\.md docs "yes"'
  expect(await filtered({ mapping, files: ['src/a.ts', 'lib/src', 'b.md.txt'] })).toEqual({
    parameters: { build: true },
    configs: ['usual.yml'],
  })
})

test('of two lines that set one parameter the later one counts, whatever file matched', async () => {
  const mapping = 'a what "first"\nb what "second"'
  const { parameters } = Object(await filtered({ mapping, files: ['b', 'a'] }))
  expect(parameters).toEqual({ what: 'second' })
})

test('values are JSON, and texts where they are none', async () => {
  const mapping = ['true', '7', '1.50', '"7"', 'plain', '[1]', 'null']
    .map((value, index) => `.* p${index} ${value}`)
    .join('\n')
  const { parameters } = Object(await filtered({ mapping, files: ['x'] }))
  expect(Object.values(parameters)).toEqual([true, 7, 1.5, '7', 'plain', '[1]', 'null'])
})

test('lines that match choose their configs, each once; without any, the usual one is taken', async () => {
  const mapping = 'a.* p true one.yml\nb.* two.yml\na.* q true one.yml\nc.* r true three.yml'
  const { configs } = Object(await filtered({ mapping, files: ['a1', 'b1'] }))
  expect(configs).toEqual(['one.yml', 'two.yml'])
  expect(await filtered({ mapping, files: ['d'] })).toEqual({
    parameters: {},
    configs: ['usual.yml'],
  })
})

test('blank lines and comments say nothing, and a file that is excluded counts for no line', async () => {
  const mapping = '\n  # all\n  .*   all   true  \n'
  expect(await filtered({ mapping, excluded: ['docs/.*'], files: ['docs/a.md'] })).toEqual({
    parameters: {},
    configs: ['usual.yml'],
  })
  expect(await filtered({ mapping, excluded: ['docs/.*'], files: ['docs/a', 'b'] })).toMatchObject({
    parameters: { all: true },
  })
})

test.each([
  ['a b c d e', 'line 1 of the mapping has 5 columns'],
  ['\n( p true', 'the pattern ( cannot be matched'],
  ['(a+)+$ p true', 'takes too long'],
])('a mapping %j that cannot be used is a problem in words', async (mapping, problem) => {
  expect(await filtered({ mapping, files: [`${'a'.repeat(40)}!`] })).toContain(problem)
})

test.each([
  ['(?P<x>a)(?P=x)', 'aa', true],
  ['(?P<x>a)(?P=x)', 'ab', false],
  ['a\\Z', 'a', true],
  ['a(?#comment)b', 'ab', true],
  ['\\\\Z', '\\Z', true],
  ['(src|lib)/(?!test)[^/]+\\.[jt]sx?', 'lib/x.tsx', true],
])('Python’s %s on %s', (pattern, text, matches) => {
  const answer = vmRegex().fullMatch(pythonPattern(pattern), text)
  expect(answer).toEqual({ kind: matches ? 'yes' : 'no' })
})
