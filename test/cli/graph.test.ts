import { expect, test } from 'vitest'
import { WrongCall } from '../../src/cli/failure.ts'
import { type GraphOptions, graph } from '../../src/cli/graph.ts'
import { graphFormats } from '../../src/graph/formats.ts'
import { world } from './world.ts'

const config = `version: 2.1
jobs:
  build: { machine: { image: default }, steps: [checkout] }
  deploy: { machine: { image: default }, steps: [checkout] }
workflows:
  main:
    jobs:
      - build
      - deploy: { requires: [build], filters: { branches: { only: main } } }
  docs:
    jobs: [build]
  release:
    jobs: [{ build: { filters: { tags: { only: /v.*/ }, branches: { ignore: /.*/ } } } }]
`

const options: GraphOptions = {
  branch: 'main',
  tag: null,
  event: 'push',
  sha: null,
  parameters: {},
  facts: null,
  offline: true,
  format: 'json',
  workflow: null,
}

/** The names of the jobs drawn, by workflow. */
const drawn = (out: readonly string[]): unknown =>
  Object.fromEntries(
    (JSON.parse(out.join('\n')) as { name: string; jobs: { name: string }[] }[]).map(
      ({ name, jobs }) => [name, jobs.map((job) => job.name)],
    ),
  )

test('it draws every workflow that the event starts, without the jobs that it leaves out', async () => {
  const { io, out, err } = world({ 'a.yml': config })
  expect(await graph('a.yml', options, io)).toBe(0)
  expect(drawn(out)).toEqual({ main: ['build', 'deploy'], docs: ['build'] })
  out.length = 0
  expect(await graph('a.yml', { ...options, branch: 'topic' }, io)).toBe(0)
  expect(drawn(out)).toEqual({ main: ['build'], docs: ['build'] })
  expect(err).toEqual([])
})

test.each(graphFormats)('it prints %s', async (format) => {
  const beginnings = { svg: '<svg ', mermaid: 'flowchart LR\n', dot: 'digraph {\n', json: '[\n' }
  const { io, out } = world({ '.circleci/config.yml': config })
  expect(await graph(null, { ...options, format }, io)).toBe(0)
  expect(out.join('\n')).toContain('deploy')
  expect(out.join('\n').startsWith(beginnings[format])).toBe(true)
})

test('a Mermaid chart of more arrows than pages draw comes with a warning', async () => {
  const names = Array.from({ length: 26 }, (_, index) => `a${index}`)
  const jobs = names.map((name) => `  ${name}: { type: no-op }\n  b${name}: { type: no-op }\n`)
  const first = names.map((name) => `      - ${name}\n`)
  const second = names.map((name) => `      - b${name}: { requires: [${names.join(', ')}] }\n`)
  const items = [...first, ...second].join('')
  const text = `version: 2.1\njobs:\n${jobs.join('')}workflows:\n  main:\n    jobs:\n${items}`
  const { io, out, err } = world({ 'a.yml': text })
  expect(await graph('a.yml', { ...options, format: 'mermaid' }, io)).toBe(0)
  expect(out.join('\n').match(/-->/g)).toHaveLength(676)
  expect(err.join('\n')).toContain('676 arrows')
  err.length = 0
  expect(await graph('a.yml', { ...options, format: 'svg' }, io)).toBe(0)
  expect(err).toEqual([])
})

test('one workflow can be asked for', async () => {
  const { io, out } = world({ 'a.yml': config })
  expect(await graph('a.yml', { ...options, workflow: 'docs' }, io)).toBe(0)
  expect(drawn(out)).toEqual({ docs: ['build'] })
})

test('a workflow that does not exist, or does not run, is a no with a reason', async () => {
  const { io, out, err } = world({ 'a.yml': config })
  expect(await graph('a.yml', { ...options, workflow: 'dosc' }, io)).toBe(1)
  expect(await graph('a.yml', { ...options, workflow: 'x' }, io)).toBe(1)
  expect(await graph('a.yml', { ...options, workflow: 'release' }, io)).toBe(1)
  expect(err).toEqual([
    'sluice: there is no workflow dosc. Did you mean docs?',
    'sluice: there is no workflow x. There are: main, docs, release.',
    'sluice: the workflow release does not run: build: branches.ignore: /.*/ matches main',
  ])
  expect(out).toEqual([])
})

test('when the event starts nothing, the picture is empty and the reasons are told', async () => {
  const { io, out, err } = world({ 'a.yml': config })
  expect(await graph('a.yml', { ...options, branch: null, tag: 'x' }, io)).toBe(0)
  expect(drawn(out)).toEqual({})
  expect(err).toHaveLength(3)
})

test('a config with errors has its diagnostics and no picture', async () => {
  const { io, out, err } = world({ 'a.yml': config.replace('checkout', 'chekout') })
  expect(await graph('a.yml', options, io)).toBe(1)
  expect(out).toEqual([])
  expect(err.join('\n')).toContain('a.yml:3:49: error unknown-step')
})

test('a file that cannot be read, and a branch beside a tag, are wrong calls', async () => {
  const { io, err } = world({ 'a.yml': config })
  expect(await graph('none.yml', options, io)).toBe(2)
  expect(err).toEqual(['sluice: cannot read none.yml: ENOENT: no such file'])
  await expect(graph('a.yml', { ...options, tag: 'v1' }, io)).rejects.toThrow(WrongCall)
})
