import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert as check, constantFrom, integer, oneof, property, string } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circleci, lines, script, shells } from './support.ts'

let directory: string
let timings: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-split-'))
  timings = join(directory, 'timings.json')
  for (const [name, size] of Object.entries({ 'big.js': 900, 'mid.js': 500, 'small.js': 450 })) {
    await writeFile(join(directory, name), 'x'.repeat(size))
  }
  const tests = [
    { classname: 'a.Slow', file: 'a/slow.js', name: 'one', run_time: 30 },
    { classname: 'a.Slow', file: 'a/slow.js', name: 'two "}{\\', run_time: 30.5 },
    { classname: 'b.Quick', file: './b/quick.js', name: 'three', run_time: 2e1 },
    { classname: 'c.Quick', file: join(directory, 'c.js'), name: 'four', run_time: 15 },
    { classname: 'd.Skipped', file: 'd.js', name: 'five' },
  ]
  await writeFile(timings, JSON.stringify({ tests }, null, 1))
})
afterAll(() => rm(directory, { recursive: true }))

const item = oneof(
  string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  constantFrom('big.js', 'a/slow.js', './b/quick.js', 'c.Quick', '-n', '--index', '=', '*', "'"),
).map((text) => text.replaceAll(/[\s\p{C}]/gu, '_'))
const ways = ['name', 'filesize', 'timings'] as const

const everyTask = `
printf %s "$items" > "$file"
index=0
while [ "$index" -lt "$total" ]; do
  $circleci tests split --split-by="$by" --timings-file="$timings" --total="$total" --index="$index" "$file" 2> /dev/null
  index=$((index + 1))
done`

describe.each(shells)('in $name', ({ words }) => {
  const split = (input: string, ...flags: readonly string[]) =>
    circleci(words, ['tests', 'split', ...flags], { input, cwd: directory })

  test('over any number of tasks every item is run exactly once, however it is split', () => {
    check(
      property(
        array(item, { maxLength: 20 }),
        integer({ min: 1, max: 6 }),
        constantFrom(...ways),
        (items, total, by) => {
          const file = join(directory, 'items')
          const env = { items: items.join('\n'), total: String(total), by, timings, file }
          expect(lines(script(words, everyTask, env)).toSorted()).toEqual(items.toSorted())
        },
      ),
      { numRuns: 25 },
    )
  })

  test('by name the items go round in their alphabetical order', () => {
    const tasks = [0, 1, 2].map((index) =>
      split('d b\na  g f\n\ne c', `--index=${index}`, '--total=3'),
    )
    expect(tasks.map(({ out }) => lines(out))).toEqual([
      ['a', 'd', 'g'],
      ['b', 'e'],
      ['c', 'f'],
    ])
  })

  test('the task is the one of the job unless flags say otherwise', () => {
    const env = { CIRCLE_NODE_INDEX: '1', CIRCLE_NODE_TOTAL: '2' }
    expect(circleci(words, ['tests', 'split'], { input: 'a b c', env }).out).toBe('b\n')
    expect(circleci(words, ['tests', 'split'], { input: 'a b c' }).out).toBe('a\nb\nc\n')
  })

  test('by filesize the largest file stands against the others', () => {
    const by = ['--split-by=filesize', '--total=2']
    expect(split('big.js mid.js small.js', ...by, '--index=0').out).toBe('big.js\n')
    expect(split('big.js mid.js small.js', ...by, '--index', '1').out).toBe('mid.js\nsmall.js\n')
  })

  test.each([
    ['filename', 'a/slow.js b/quick.js c.js ./new.js', 'a/slow.js', './new.js b/quick.js c.js'],
    ['classname', 'a.Slow b.Quick c.Quick x', 'a.Slow', 'b.Quick c.Quick x'],
    ['testname', 'one three four', 'one', 'four three'],
    ['autodetect', 'a.Slow b.Quick c.Quick', 'a.Slow', 'b.Quick c.Quick'],
  ])('by the timings of earlier runs, by %s', (type, items, first, second) => {
    const by = ['--split-by=timings', `--timings-file=${timings}`, `--timings-type=${type}`]
    const halves = [0, 1].map((index) => split(items, ...by, '--total=2', `--index=${index}`))
    expect(halves.map(({ out }) => lines(out).join(' '))).toEqual([first, second])
  })

  test('what has no time yet takes as long as --time-default says', () => {
    const by = ['--split-by=timings', `--timings-file=${timings}`, '--total=2', '--index=0']
    const items = 'a/slow.js b/quick.js new.js'
    expect(split(items, ...by).out).toBe('a/slow.js\n')
    expect(split(items, ...by, '--time-default=1m30s').out).toBe('new.js\n')
  })

  test('without timings the items are split by name, which is said', () => {
    const { code, out, err } = split('b a', '--split-by=timings', '--total=2', '--index=0')
    expect([code, out]).toEqual([0, 'a\n'])
    expect(err).toContain('no timings of earlier runs match (type: autodetect): split by name')
  })

  test('--show-counts tells on standard error how many there are', () => {
    const { out, err } = split('a b c', '--total=2', '--index=0', '--show-counts')
    expect([out, err]).toEqual(['a\nc\n', 'Task 0 of 2 has 2 of 3 items\n'])
  })

  test.each([
    [['--index=2', '--total=2'], 1, 'the index 2 is not below the total 2'],
    [['--index=x'], 2, 'no number: x'],
    [['--split-by=luck'], 2, 'unknown way to split: luck'],
    [['--timings-type=luck'], 2, 'unknown type of timings: luck'],
    [['--time-default=soon'], 2, 'no duration such as 10s: soon'],
    [['--index'], 2, '--index needs a value'],
    [['no-such-file'], 1, 'no-such-file'],
  ])('%j is refused', (flags, code, message) => {
    const answer = split('a', ...flags)
    expect([answer.code, answer.out]).toEqual([code, ''])
    expect(answer.err).toContain(message)
  })

  const run = (input: string, ...flags: readonly string[]) =>
    circleci(words, ['tests', 'run', ...flags], { input, cwd: directory })

  test('tests run gives the items of the task to the command and ends as it does', () => {
    const flags = ['--command=xargs -n1 echo got; exit 3', '--total=2', '--index=0', '--verbose']
    const { code, out, err } = run('a b c', ...flags)
    expect([code, out]).toEqual([3, 'got a\ngot c\n'])
    expect(err).toContain('a\nc\n')
  })

  test('tests run does not run the command when no item is left for the task', () => {
    const { code, out, err } = run('a', '--command=echo never', '--total=2', '--index=1')
    expect([code, out]).toEqual([0, ''])
    expect(err).toContain('No tests for task 1 of 2')
    expect(run('a', '--total=2').code).toBe(2)
  })
})
