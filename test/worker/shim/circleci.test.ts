import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { array, assert as check, constantFrom, property } from 'fast-check'
import { minimatch } from 'minimatch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circleci, lines, shells } from './support.ts'

const files = [
  'a.ts',
  'b.js',
  '-c.ts',
  'a/a.ts',
  'a/b.tsx',
  'a/b/c.js',
  'a/b/a b.ts',
  '.d/e.ts',
  'b/[x].ts',
]
let directory: string

beforeAll(async () => {
  // Alone in its parent, which one of the patterns looks through.
  directory = join(await mkdtemp(join(tmpdir(), 'sluice-glob-')), 'project')
  for (const file of files) {
    await mkdir(join(directory, dirname(file)), { recursive: true })
    await writeFile(join(directory, file), '')
  }
  await symlink('a', join(directory, 'linked'))
})
afterAll(() => rm(dirname(directory), { recursive: true }))

const segment = constantFrom(
  '*',
  '**',
  'a',
  'b',
  'a*',
  '?',
  '?.*',
  '[ab]*',
  '[!a]*',
  '[^b]',
  '{a,b}',
  '*.{ts,js}',
  '*[x-z]*',
  '.*',
  'a?b.ts',
  '{a/b,b}',
  '*.t[s]',
  '\\[x].ts',
)
const pattern = array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))

describe.each(shells)('in $name', ({ words }) => {
  const call = (...args: readonly string[]) => circleci(words, args, { cwd: directory })

  test('tests glob finds what the patterns of minimatch find', () => {
    check(
      property(pattern, (glob) => {
        const found = files.filter((file) => minimatch(file, glob, { dot: true }))
        expect(lines(call('tests', 'glob', glob).out)).toEqual(found.toSorted())
      }),
      { numRuns: 60 },
    )
  })

  test('tests glob takes several patterns, absolute and relative ones, and tells each file once', () => {
    const { out } = call(
      'tests',
      'glob',
      '*.ts',
      './a.ts',
      'no/*',
      join(directory, 'b*.js'),
      '../*/b.js',
    )
    expect(lines(out)).toEqual(['-c.ts', '../project/b.js', `${directory}/b.js`, 'a.ts'])
  })

  test('tests glob leads through a link that the pattern names', () => {
    expect(call('tests', 'glob', 'linked/*.ts').out).toBe('linked/a.ts\n')
    expect(call('tests', 'glob').code).toBe(2)
  })

  test('env subst fills in variables, from its argument or line by line from its input', () => {
    const env = { NAME: 'value & \\1', OTHER: '$NAME', EMPTY: '' }
    const text = 'a $NAME ${OTHER}-$NAMES ${EMPTY}$ $1 $$NAME {NAME}'
    const filled = 'a value & \\1 $NAME- $ $1 $value & \\1 {NAME}\n'
    expect(circleci(words, ['env', 'subst', text], { env }).out).toBe(filled)
    const { out } = circleci(words, ['env', 'subst'], { env, input: `${text}\n\n${text}\n` })
    expect(out).toBe(`${filled}\n${filled}`)
  })

  test('--version tells the version, and with --short nothing else', () => {
    expect(call('--version', '--short').out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(call('--version').out).toMatch(/^\d+\.\d+\.\d+ \(Sluice\)\n$/)
  })

  test.each(['plan', 'update', 'log'])('run release %s is accepted and does nothing', (what) => {
    const { code, out } = call('run', 'release', what, '--environment-name=x')
    expect([code, out]).toEqual([0, expect.stringContaining('nothing was recorded')])
  })

  test('run oidc get fails, and says that there are no tokens', () => {
    const { code, err } = call('run', 'oidc', 'get')
    expect([code, err]).toEqual([1, expect.stringContaining('no OpenID Connect tokens')])
  })

  test.each([[[]], [['orb']], [['step']], [['run', 'release', 'x']], [['tests', 'find']]])(
    'the unknown command %j is answered with the usage',
    (args) => {
      const { code, out, err } = call(...args)
      expect([code, out, err]).toEqual([2, '', expect.stringContaining('Usage:')])
    },
  )
})
