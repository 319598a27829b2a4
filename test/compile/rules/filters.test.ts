import { expect, test } from 'vitest'
import {
  bodyOf,
  expectClean,
  expectError,
  graphOf,
  namesOf,
  oneStep,
  scriptOf,
} from '../oracles/support.ts'

/** What the documents say of filters, of version 2 and of calls. */

const filtered = (filters: string) => `version: 2.1
jobs: { it: { machine: true, steps: [checkout] } }
workflows: { w: { jobs: [{ it: { ${filters} } }] } }
`

const branches = ['main', 'dev', 'feature/x']
const tags = ['v1', 'x1']

test.each<[string, readonly string[]]>([
  ['', [...branches]],
  ['filters: { tags: { only: /^v.*/ } }', [...branches, 'v1']],
  ['filters: { branches: { only: main } }', ['main']],
  ['filters: { branches: { only: [main, /feature\\/.*/] } }', ['main', 'feature/x']],
  ['filters: { branches: { only: main, ignore: main } }', ['main']],
  ['filters: { branches: { ignore: [main, dev] } }', ['feature/x']],
  ['filters: { branches: {} }', [...branches]],
  ['filters: { branches: { ignore: /.*/ }, tags: { only: /^v.*/ } }', ['v1']],
  ['filters: { branches: { only: main }, tags: { only: /.*/ } }', ['main', 'v1', 'x1']],
  ['filters: { branches: { only: Main } }', []],
  ['filters: { branches: { only: feature } }', []],
  ['filters: { branches: { only: /(?i)MAIN/ } }', ['main']],
  ['filters: pipeline.git.tag matches /^v.*/', ['v1']],
  ['filters: pipeline.git.branch or pipeline.git.tag', [...branches, ...tags]],
  ['filters: pipeline.git.branch == "main"', ['main']],
])('`%s` selects %j', (filters, expected) => {
  const text = filtered(filters)
  const selected = [
    ...branches.filter((branch) => namesOf(text, { branch }).length > 0),
    ...tags.filter((tag) => namesOf(text, { tag }).length > 0),
  ]
  expect(selected).toEqual(expected)
})

test('what requires only filtered jobs is filtered, all the way down', () => {
  const text = `version: 2.1
jobs: { a: &job { machine: true, steps: [checkout] }, b: *job, c: *job, d: *job }
workflows:
  w:
    jobs:
      - a: { filters: { branches: { only: main } } }
      - b: { requires: [a] }
      - c: { requires: [b] }
      - d: { requires: [c, e] }
      - e: { type: approval }
`
  expect(graphOf(text, { branch: 'dev' })).toEqual({ w: { e: '', d: 'e' } })
})

test('in version 2 a job called build runs by itself, if there is no workflow', () => {
  const text =
    'version: 2\njobs: { build: { machine: true, steps: [checkout] }, other: { machine: true, steps: [checkout] } }\n'
  expect(graphOf(text)).toEqual({ workflow: { build: '' } })
  expect(namesOf(text, { tag: 'v1' })).toEqual([])
  const scheduled = `${text}workflows: { version: 2, nightly: { triggers: [{ schedule: { cron: "0 0 * * *", filters: { branches: { only: main } } } }], jobs: [build] } }\n`
  expect(namesOf(scheduled)).toEqual([])
  expect(namesOf(scheduled, { event: 'schedule' })).toEqual(['build'])
})

test('the quirks of old configs are understood', () => {
  const text = `version: "2"
references: { env: &env { B: 2 } }
jobs:
  build:
    machine: true
    environment: [{ A: 1 }, { B: "x y" }]
    steps:
      - type: run
        command: typed
      - shell: { command: shelled }
      - run: { command: multi, environment: { <<: *env, BIG: 12345678, EMPTY: , YES: yes, N: 3.10 } }
      - deploy: { command: ship }
  after: { machine: { enabled: true }, steps: [checkout] }
workflows:
  version: "2"
  w: { jobs: [build, { after: { requires: build } }] }
`
  expectClean(text, 'error')
  expect(graphOf(text)).toEqual({ w: { build: '', after: 'build' } })
  expect(scriptOf(text)).toEqual(['typed', 'shelled', 'multi', 'ship'])
  expect(bodyOf(text)).toMatchObject({
    environment: { A: '1', B: 'x y' },
    steps: [
      {},
      {},
      { environment: { B: '2', BIG: '12345678', EMPTY: '', YES: 'yes', N: '3.10' } },
      { firstTaskOnly: true },
    ],
  })
})

test.each(['type: run\n        command: a', 'shell: { command: a }', 'setup_docker_engine'])(
  'the old step `%s` is refused in version 2.1, with what to write',
  (step) => {
    expectError(oneStep(step), [/run|setup_remote_docker/])
  },
)

test.each([
  ['two keys', '- a: {}\n        requires: [b]', [/indent/i]],
  ['`when`', '- a: { when: true }', [/unexpected argument|when/i, /filters/]],
  ['no name', '- {}', [/job/]],
  ['a number', '- 5', [/job|name/]],
])('an item of a workflow with %s is refused with advice', (_about, item, says) => {
  const text = `version: 2.1
jobs: { a: &job { machine: true, steps: [checkout] }, b: *job }
workflows:
  w:
    jobs:
      - b
      ${item}
`
  expectError(text, says)
})
