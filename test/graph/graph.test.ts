import { describe, expect, test } from 'vitest'
import { graphFormats } from '../../src/graph/formats.ts'
import { draw } from '../../src/graph/graph.ts'
import { hostile, job, workflow } from './support.ts'

const main = workflow(
  'main',
  job('build'),
  job('test', 'build', { parallelism: 4, matrix: { node: 22 } }),
  job('hold', 'test'),
  job('notify', '', { requires: [{ job: 'test', statuses: ['failed', 'canceled'] }] }),
)

test('mermaid: a subgraph a workflow, a shape a type, a word for each condition', () => {
  expect(draw('mermaid', [main, workflow('docs', job('build'))])).toBe(`flowchart LR
  subgraph w0["main"]
    direction LR
    w0j0["build"]
    w0j1["test<br/>× 4"]
    w0j2{{"hold<br/>approval"}}
    w0j3["notify"]
    w0j0 --> w0j1
    w0j1 --> w0j2
    w0j1 -->|"failed or canceled"| w0j3
  end
  subgraph w1["docs"]
    direction LR
    w1j0["build"]
  end`)
})

test('dot: a cluster a workflow', () => {
  expect(draw('dot', [main])).toBe(`digraph {
  rankdir=LR
  node [fontname="sans-serif", fontsize=12]
  edge [fontname="sans-serif", fontsize=10]
  subgraph cluster_0 {
    label="main"
    w0j0 [shape=box, label="build"]
    w0j1 [shape=box, label="test\\n× 4"]
    w0j2 [shape=hexagon, label="hold\\napproval"]
    w0j3 [shape=box, label="notify"]
    w0j0 -> w0j1
    w0j1 -> w0j2
    w0j1 -> w0j3 [label="failed or canceled", style=dashed]
  }
}`)
})

test('json: a list of workflows with what programs need', () => {
  expect(JSON.parse(draw('json', [main]))).toEqual([
    {
      name: 'main',
      jobs: [
        { name: 'build', type: 'build', parallelism: 1, matrix: null, requires: [] },
        {
          name: 'test',
          type: 'build',
          parallelism: 4,
          matrix: { node: 22 },
          requires: [{ job: 'build', statuses: ['success'] }],
        },
        {
          name: 'hold',
          type: 'approval',
          parallelism: 1,
          matrix: null,
          requires: [{ job: 'test', statuses: ['success'] }],
        },
        {
          name: 'notify',
          type: 'build',
          parallelism: 1,
          matrix: null,
          requires: [{ job: 'test', statuses: ['failed', 'canceled'] }],
        },
      ],
    },
  ])
})

test('statuses make it the picture of a run', () => {
  const run = workflow(
    'main',
    job('build', '', { status: 'success' }),
    job('hold', 'build', { status: 'on_hold' }),
  )
  expect(JSON.parse(draw('json', [run]))).toMatchObject([
    { jobs: [{ status: 'success' }, { status: 'on_hold' }] },
  ])
  expect(draw('mermaid', [run])).toContain('"hold<br/>approval · on hold"')
  expect(draw('svg', [run])).toMatch(/<g class="approval on_hold">.*approval · on hold/)
})

test.each(graphFormats)('%s: a requirement that is not drawn has no line', (format) => {
  const partial = workflow('main', job('deploy', 'gone'))
  expect(draw(format, [partial]).match(/-->|->|class="line"/)).toBeNull()
})

test.each(graphFormats)('%s: nothing to draw is an empty picture', (format) => {
  expect(draw(format, []).length).toBeGreaterThan(0)
})

describe('names that look like markup', () => {
  const jobs = hostile.map((name, index) =>
    job(name, '', {
      requires: index === 0 ? [] : [{ job: hostile[0] ?? '', statuses: ['success'] }],
    }),
  )
  const graph = hostile.map((name) => workflow(name, ...jobs))

  test('stay one quoted label a line in mermaid', () => {
    const lines = draw('mermaid', graph).split('\n')
    expect(lines).toHaveLength(1 + hostile.length * (3 + hostile.length + hostile.length - 1))
    const label =
      /^ {4}w\d+j\d+\["(?:[\p{L}\p{N}\p{M} ]|#\d+;|(?<=[\p{L}\p{N}])[-_./](?=[\p{L}\p{N}]))*"\]$/u
    const node = lines.filter((line) => /^ {4}w\d+j\d+\[/.test(line))
    expect(node).toHaveLength(hostile.length ** 2)
    for (const line of node) expect(line).toMatch(label)
  })

  test('stay inside their quotes in dot', () => {
    const labels = draw('dot', graph)
      .split('\n')
      .filter((line) => line.includes('label='))
    expect(labels).toHaveLength(hostile.length * (1 + hostile.length))
    for (const line of labels) expect(line).toMatch(/label="(?:[^"\\&]|\\["\\n]|&amp;)*"\]?$/)
  })

  test('come out of json as they went in', () => {
    const drawn = JSON.parse(draw('json', graph)) as { name: string }[]
    expect(drawn.map(({ name }) => name)).toEqual(hostile)
  })
})
