import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Step } from '../../src/model/step.ts'
import type { Run } from '../contract/store-runs.ts'
import {
  attachStep,
  persistStep,
  runStep,
  type Workplace,
  workplace,
} from '../support/workplace.ts'

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  await place.start()
})
afterAll(() => place.close())

/** Runs a job of a graph to its end. Its log is that of its last step. */
async function job(run: Run, name: string, total = 1) {
  const tasks = await place.queueJob(run, name, total)
  const outcomes = await Promise.all(tasks.map((task) => task.outcome()))
  const [task] = tasks
  const steps = (await task?.steps()) ?? []
  return { outcome: outcomes[0], log: (await task?.log(steps.length - 1)) ?? '' }
}

const write = (...paths: readonly string[]): Step =>
  runStep(
    paths.map((path) => `mkdir -p "$(dirname ${path})"; echo $CIRCLE_JOB >> ${path}`).join('\n'),
  )
const list = runStep('cd /tmp/here; find . -type f | sort; cat $(find . -type f | sort)')
const attach = attachStep('/tmp/here')

test('what one job persists the next one finds, modes and links included', async () => {
  const make = runStep(
    [
      'mkdir -p out/deep; echo hello > out/deep/file; chmod 750 out/deep/file',
      'ln -s deep/file out/link; ln -s /etc/hostname out/far',
    ].join('\n'),
  )
  const look = runStep(
    'cd /tmp/here; stat -c "%a %U" deep/file; readlink link far; cat link; id -un',
  )
  const run = await place.graph(
    { a: '', b: 'a' },
    { a: [make, persistStep('out', '*')], b: [attach, look] },
  )
  expect((await job(run, 'a')).outcome).toEqual({ kind: 'success' })
  const [mode, link, far, content, name] = (await job(run, 'b')).log.split('\n')
  expect([link, far, content]).toEqual(['deep/file', '/etc/hostname', 'hello'])
  expect(mode).toBe(`750 ${name}`)
})

test('layers of all jobs upstream are attached, later ones over earlier ones', async () => {
  const run = await place.graph(
    { a: '', b: 'a', c: 'b', stranger: '' },
    {
      a: [write('w/both', 'w/a'), persistStep('w', '.')],
      b: [attachStep('w'), write('w/both'), persistStep('w', 'both')],
      c: [attach, list],
      stranger: [write('w/stranger'), persistStep('w', '.')],
    },
  )
  for (const name of ['a', 'stranger', 'b']) await job(run, name)
  expect((await job(run, 'c')).log).toBe('./a\n./both\na\na\nb\n')
})

test('a job may persist several times; the patterns choose', async () => {
  const files = ['w/x1.txt', 'w/x2.txt', 'w/y.bin', 'w/.dot', 'w/dir/in/deep']
  const run = await place.graph(
    { a: '', b: 'a' },
    {
      a: [
        write(...files),
        persistStep('w', 'x?.txt', 'dir', 'dir/in'),
        persistStep('~/project/w', '.d*'),
      ],
      b: [attach, list],
    },
  )
  await job(run, 'a')
  const { log } = await job(run, 'b')
  expect(log.split('\n').filter((line) => line.startsWith('.'))).toEqual([
    './.dot',
    './dir/in/deep',
    './x1.txt',
    './x2.txt',
  ])
})

describe('persisting fails', () => {
  test.each([
    ['nothing matches', 'w', 'z*', /nothing below .*\/w matches z\*/],
    ['a path is not there', 'w', 'missing', /missing: .*No such file/],
    ['the root is not there', 'nowhere', '*', /nowhere/],
    ['the path leads out', 'w', '../../secret', /does not lie below the root/],
    ['the path is absolute', 'w', '/etc/passwd', /does not lie below the root/],
    ['the pattern is none', 'w', '[a', /is not a pattern/],
  ])('when %s', async (_what, root, pattern, why) => {
    const steps = [write('w/file'), persistStep(root, pattern)]
    const { outcome } = await job(await place.graph({ a: '' }, { a: steps }), 'a')
    expect(outcome).toMatchObject({ kind: 'failed', because: expect.stringMatching(why) })
  })
})

test('attaching where nothing was persisted is no failure, and says so', async () => {
  const { outcome, log } = await job(await place.graph({ a: '' }, { a: [attach] }), 'a')
  expect(outcome).toEqual({ kind: 'success' })
  expect(log).toContain('The workspace is empty')
})

test('two jobs that do not wait for each other must not persist the same path', async () => {
  const run = await place.graph(
    { left: '', right: '', join: ['left', 'right'] },
    {
      left: [write('w/same', 'w/left'), persistStep('w', '.')],
      right: [write('w/same', 'w/right'), persistStep('w', '.')],
      join: [attach],
    },
  )
  await job(run, 'left')
  await job(run, 'right')
  expect((await job(run, 'join')).outcome).toMatchObject({
    kind: 'failed',
    because: expect.stringMatching(/"same" was persisted by both (left and right|right and left)/),
  })
})

test('tasks of a parallel job do not wait for each other either', async () => {
  const own = runStep(
    'mkdir w; echo $CIRCLE_NODE_INDEX of $CIRCLE_NODE_TOTAL > w/$CIRCLE_NODE_INDEX',
  )
  const graph = { many: '', join: 'many' }
  const run = await place.graph(graph, { many: [own, persistStep('w', '.')], join: [attach, list] })
  await job(run, 'many', 2)
  expect((await job(run, 'join')).log).toBe('./0\n./1\n0 of 2\n1 of 2\n')

  const same = [write('w/same'), persistStep('w', '.')]
  const clash = await place.graph(graph, { many: same, join: [attach] })
  await job(clash, 'many', 2)
  expect((await job(clash, 'join')).outcome).toMatchObject({
    kind: 'failed',
    because: expect.stringMatching(/"same" was persisted by both task \d of many and task \d/),
  })
})

test('attaching where the job may not write fails with the reason', async () => {
  const run = await place.graph(
    { a: '', b: 'a' },
    { a: [write('w/file'), persistStep('w', '.')], b: [attachStep('/proc/here')] },
  )
  await job(run, 'a')
  expect((await job(run, 'b')).outcome).toMatchObject({
    kind: 'failed',
    because: expect.stringContaining('/proc/here'),
  })
})

describe('6.4 visibility', () => {
  const persisted = [write('w/file'), persistStep('w', '.')]

  test('what a job persists itself is not attached to it', async () => {
    const run = await place.graph({ a: '' }, { a: [...persisted, attach] })
    const { outcome, log } = await job(run, 'a')
    expect(outcome).toEqual({ kind: 'success' })
    expect(log).toContain('The workspace is empty')
  })

  test('what a job persisted before it failed is attached to those behind it', async () => {
    const graph = { a: '', b: 'a' }
    const run = await place.graph(graph, { a: [...persisted, runStep('false')], b: [attach, list] })
    expect((await job(run, 'a')).outcome?.kind).toBe('failed')
    expect((await job(run, 'b')).log).toBe('./file\na\n')
  })

  test('a job in between that persists nothing, as an approval, hides nothing', async () => {
    const graph = { a: '', hold: 'a', b: 'hold' }
    const run = await place.graph(graph, { a: persisted, b: [attach, list] })
    await job(run, 'a')
    expect((await job(run, 'b')).log).toBe('./file\na\n')
  })

  test('no job of another workflow sees it', async () => {
    const graph = { a: '', b: 'a' }
    const [here, there] = await Promise.all([
      place.graph(graph, { a: persisted }),
      place.graph(graph, { b: [attach] }),
    ])
    await job(here, 'a')
    expect((await job(there, 'b')).log).toContain('The workspace is empty')
  })
})
