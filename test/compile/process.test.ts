import { assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examine, type OrbShelf, type TriggerFacts } from '../../src/compile/compile.ts'
import { workflowOf } from '../../src/compile/plan/plan.ts'
import { type Processed, processed } from '../../src/compile/process/process.ts'
import { hasErrors } from '../../src/model/diagnostic.ts'
import type { JobBody, Plan } from '../../src/model/plan.ts'
import type { Ref } from '../../src/model/trigger.ts'
import { corpusFiles, corpusIsThere, corpusText } from './corpus.ts'
import { branch, lineOf, planOf, regex, tag } from './support.ts'

const refs = [branch('main'), branch('feature/x'), tag('v1.2.3')]

const factsOf = (ref: Ref): TriggerFacts => ({
  ref,
  sha: null,
  event: { name: 'push', action: 'push', values: {} },
  // As of a pipeline that was created: every value exists.
  values: {
    'pipeline.id': 'an-id',
    'pipeline.number': 7,
    'pipeline.git.branch': ref.kind === 'branch' ? ref.name : '',
  },
  parameters: {},
  continuation: null,
})

/** The compiled form of a text without errors. */
function formOf(
  text: string,
  ref = branch('main'),
  orbs: OrbShelf = () => ({ kind: 'opaque' }),
): Processed {
  const { resolved, diagnostics } = examine({ text, file: 'config.yml' }, factsOf(ref), {
    regex,
    orbs,
  })
  if (resolved === null || hasErrors(diagnostics))
    throw new Error(diagnostics.map(lineOf).join('\n'))
  return processed(resolved)
}

function textOf(text: string, ref = branch('main'), orbs?: OrbShelf): string {
  const form = formOf(text, ref, orbs)
  if (form.kind === 'opaque') throw new Error(`without ${form.orbs.join(', ')}`)
  return form.text
}

const shownBody = (body: JobBody) => ({
  ...body,
  steps: body.steps.map(({ where: _where, ...step }) => step),
})

/** What a plan says about what runs: without places, and without what names were made of. */
const gist = ({ workflows }: Plan) =>
  workflows.map(({ name, maxAutoReruns, jobs }) => ({
    name,
    maxAutoReruns,
    jobs: jobs.map(({ job: _job, matrix: _matrix, where: _where, body, ...rest }) => ({
      ...rest,
      body: body && shownBody(body),
    })),
  }))

const modern = `version: 2.1
parameters:
  deploy: { type: boolean, default: false }
orbs:
  tools:
    commands:
      hello:
        parameters: { to: { type: string } }
        steps: [{ run: "echo hello << parameters.to >>" }]
    jobs:
      greet:
        parameters: { to: { type: string, default: all } }
        docker: [{ image: "cimg/base:current" }]
        steps: [{ hello: { to: << parameters.to >> } }]
executors:
  node:
    parameters: { version: { type: string } }
    docker:
      - image: cimg/node:<< parameters.version >>
        auth: { username: ann, password: $PASSWORD }
      - { image: "postgres:17", environment: { POSTGRES_PASSWORD: "0123" } }
    environment: { CI: "yes" }
jobs:
  test:
    parameters: { version: { type: string } }
    executor: { name: node, version: << parameters.version >> }
    parallelism: 2
    retention: { caches: 7d }
    steps:
      - checkout
      - restore_cache: { keys: ["v1-{{ arch }}", v1-] }
      - when: { condition: << pipeline.parameters.deploy >>, steps: [{ run: never }] }
      - run:
          name: Test
          command: |
            cat \\<<END
            text
            END
          no_output_timeout: 1h30m
          max_auto_reruns: 2
          auto_rerun_delay: 30s
          when: always
      - run: { command: serve, background: true, environment: { PORT: 8080, EMPTY: "" } }
      - store_test_results: { path: results }
      - store_artifacts: { path: results, when: on_success }
      - setup_remote_docker
  gate: { type: no-op }
workflows:
  main:
    max_auto_reruns: 2
    jobs:
      - test:
          matrix: { parameters: { version: ["20", "22"] } }
          context: [org, team]
      - hold: { type: approval, requires: [test] }
      - gate: { requires: [hold: terminal] }
      - tools/greet:
          name: greet
          to: "3.10"
          serial-group: greetings
          requires: [gate, test: [failed, canceled]]
          filters: { branches: { only: [main, /release.*/] }, tags: { ignore: x } }
      - tools/greet: { filters: pipeline.git.branch == "main" }
  nightly:
    triggers: [{ schedule: { cron: "0 3 * * *", filters: { branches: { only: main } } } }]
    jobs: [tools/greet]
  closed:
    when: << pipeline.parameters.deploy >>
    jobs: [gate]
`

test('everything that is made of something else is written out', () => {
  expect(textOf(modern)).toBe(`version: 2
jobs:
  test-20:
    docker:
      - image: cimg/node:20
        auth:
          username: ann
          password: $PASSWORD
      - image: postgres:17
        environment:
          POSTGRES_PASSWORD: "0123"
    environment:
      CI: "yes"
    parallelism: 2
    retention:
      caches: 7d
    steps:
      - checkout
      - restore_cache:
          keys:
            - v1-{{ arch }}
            - v1-
      - run:
          name: Test
          command: |
            cat <<END
            text
            END
          no_output_timeout: 90m
          max_auto_reruns: 2
          auto_rerun_delay: 30s
          when: always
      - run:
          command: serve
          environment:
            PORT: "8080"
            EMPTY: ""
          background: true
      - store_test_results:
          path: results
      - store_artifacts:
          path: results
          when: on_success
      - setup_remote_docker
  test-22:
    docker:
      - image: cimg/node:22
        auth:
          username: ann
          password: $PASSWORD
      - image: postgres:17
        environment:
          POSTGRES_PASSWORD: "0123"
    environment:
      CI: "yes"
    parallelism: 2
    retention:
      caches: 7d
    steps:
      - checkout
      - restore_cache:
          keys:
            - v1-{{ arch }}
            - v1-
      - run:
          name: Test
          command: |
            cat <<END
            text
            END
          no_output_timeout: 90m
          max_auto_reruns: 2
          auto_rerun_delay: 30s
          when: always
      - run:
          command: serve
          environment:
            PORT: "8080"
            EMPTY: ""
          background: true
      - store_test_results:
          path: results
      - store_artifacts:
          path: results
          when: on_success
      - setup_remote_docker
  gate:
    type: no-op
  greet:
    docker:
      - image: cimg/base:current
    steps:
      - run:
          command: echo hello 3.10
  tools/greet:
    docker:
      - image: cimg/base:current
    steps:
      - run:
          command: echo hello all
workflows:
  version: 2
  main:
    max_auto_reruns: 2
    jobs:
      - test-20:
          context:
            - org
            - team
      - test-22:
          context:
            - org
            - team
      - hold:
          type: approval
          requires:
            - test-20
            - test-22
      - gate:
          requires:
            - hold: terminal
      - greet:
          requires:
            - gate
            - test-20:
                - failed
                - canceled
            - test-22:
                - failed
                - canceled
          serial-group: greetings
          filters:
            branches:
              only:
                - main
                - /release.*/
            tags:
              ignore:
                - x
      - tools/greet:
          filters:
            branches:
              only:
                - /.*/
            tags:
              only:
                - /.*/
  nightly:
    triggers:
      - schedule:
          cron: 0 3 * * *
          filters:
            branches:
              only:
                - main
    jobs:
      - tools/greet
`)
})

test.each(refs)(
  'compiled again for $name it gives the same jobs, and processed again the same text',
  (ref) => {
    const text = textOf(modern, ref)
    const again = planOf(text, ref)
    expect(gist(again)).toEqual(gist(planOf(modern, ref)))
    expect(textOf(text, ref)).toBe(text)
  },
)

test('an expression is decided for the event', () => {
  const filtered = (expression: string) => `version: 2.1
jobs: { build: { machine: true, steps: [checkout] } }
workflows: { main: { jobs: [{ build: { filters: ${expression} } }] } }
`
  const main = 'pipeline.git.branch == "main"'
  expect(textOf(filtered(main))).toContain(`          filters:
            branches:
              only:
                - /.*/
            tags:
              only:
                - /.*/
`)
  const closed = textOf(filtered(main), branch('dev'))
  expect(closed).toContain(`          filters:
            branches:
              ignore:
                - /.*/
`)
  for (const ref of refs) expect(planOf(closed, ref).workflows).toEqual([])
})

test('a requirement that can never be met stays so', () => {
  const config = `version: 2.1
jobs:
  a: { machine: true, steps: [checkout] }
  b: { machine: true, steps: [checkout] }
workflows: { main: { jobs: [a, { b: { requires: [a: success, a: failed] } }] } }
`
  const again = planOf(textOf(config))
  expect(again.workflows[0]?.jobs[1]?.requires).toEqual([{ job: 'a', statuses: [] }])
})

test('different jobs of one name in two workflows get numbers, equal ones share an entry', () => {
  const config = `version: 2.1
jobs:
  say:
    parameters: { what: { type: string, default: x } }
    machine: true
    steps: [{ run: "echo << parameters.what >>" }]
workflows:
  one: { jobs: [{ say: { what: a } }, { say: { name: other } }] }
  two: { jobs: [{ say: { what: b } }, { say: { name: other, requires: [say] } }] }
`
  const again = planOf(textOf(config))
  const names = again.workflows.map(({ jobs }) => jobs.map(({ name }) => name))
  expect(names).toEqual([
    ['say-1', 'other'],
    ['say-2', 'other'],
  ])
  expect(again.workflows[1]?.jobs[1]?.requires[0]?.job).toBe('say-2')
})

test('orbs are named with the version that was used, in comments', () => {
  const orb = 'version: 2.1\njobs: { test: { machine: true, steps: [checkout] } }\n'
  const config = `version: 2.1
orbs: { tools: acme/tools@1 }
workflows: { main: { jobs: [tools/test] } }
`
  const shelf: OrbShelf = () => ({ kind: 'source', version: 'acme/tools@1.2.3', text: orb })
  expect(textOf(config, branch('main'), shelf)).toMatch(
    /^# orb "acme\/tools@1": "acme\/tools@1\.2\.3"\nversion: 2\njobs:\n {2}tools\/test:\n/,
  )
  expect(formOf(config)).toEqual({ kind: 'opaque', orbs: ['tools'] })
})

describe('any text', () => {
  const marks = Array.from('ab:#-&*!|>%@`"\'{}[],? \n\t\\~<0.')
  const words = [
    'yes',
    'off',
    'n',
    '3.10',
    '010',
    '1e3',
    '0x1F',
    '12:30:45',
    '2024-01-02',
    '.inf',
    '~',
  ]
  const blanks = ['', ' ', 'a\n', 'a\n\n', '\na', ' a\nb', 'a \nb', 'a\n\tb', 'a\r\nb', '\u00A0x']
  const others = [
    'null',
    '<<',
    '=',
    '- a',
    'a: b',
    'a #b',
    '\uFEFF',
    '---',
    'a\u2028b',
    '\u0085',
    '\u0007',
  ]
  const texts = oneof(
    string({ unit: 'grapheme', maxLength: 40 }),
    string({ unit: constantFrom(...marks), maxLength: 30 }),
    constantFrom(...words, ...blanks, ...others),
  )
  const inSteps = (text: string) => `version: 2
jobs:
  build:
    machine: true
    environment: { TEXT: ${JSON.stringify(text)} }
    steps: [{ run: { name: x, command: ${JSON.stringify(`${text}.`)} } }, { run: ${JSON.stringify(`.${text}`)} }]
workflows: { version: 2, main: { jobs: [build] } }
`

  test('comes out of the compiled form as it went in', () => {
    assert(
      property(texts, (text) => {
        // YAML cannot hold half characters, and nothing can hold this one.
        if (!text.isWellFormed() || text.includes('\0')) return
        const form = textOf(inSteps(text))
        expect(gist(planOf(form))).toEqual(gist(planOf(inSteps(text))))
        expect(textOf(form)).toBe(form)
        expect(form).not.toMatch(/[^\P{Cc}\t\n]|[\u00A0\u2028\u2029\uFEFF]/u)
      }),
      { numRuns: 300 },
    )
  })
})

test('words that some readers take for something else are quoted', () => {
  const words = ['yes', 'on', '3.10', '010', '1_000', '12:30', '2024-01-02', '~', '.5', 'y', '']
  const variables = words.map((word, index) => `V${index}: ${JSON.stringify(word)}`)
  const text = textOf(`version: 2
jobs: { build: { machine: true, environment: { ${variables.join(', ')} }, steps: [checkout] } }
`)
  for (const [index, word] of words.entries())
    expect(text).toContain(`V${index}: ${JSON.stringify(word)}\n`)
})

/** What runs, in order; names aside, since two workflows may share one for different jobs. */
const bodies = (text: string, ref: Ref): unknown => {
  const { selections, locate } = examine({ text, file: 'config.yml' }, factsOf(ref), { regex })
  const started = selections.filter(({ selected }) => selected)
  const workflows = started.map((selection) => workflowOf(selection, locate))
  return workflows.map(({ jobs }) => jobs.map(({ type, body }) => [type, body && shownBody(body)]))
}

describe.runIf(corpusIsThere)('real configs', () => {
  test.each(corpusFiles)('%s', (file) => {
    const source = corpusText(file)
    for (const ref of [branch('main'), tag('v1.2.3')]) {
      const { resolved, diagnostics } = examine({ text: source, file }, factsOf(ref), { regex })
      if (resolved === null || hasErrors(diagnostics)) continue
      const form = processed(resolved)
      if (form.kind === 'opaque' || !form.text.includes('    jobs:\n')) continue
      expect(textOf(form.text, ref)).toBe(form.text.replaceAll(/^#.*\n/gm, ''))
      expect(bodies(form.text, ref)).toEqual(bodies(source, ref))
    }
  })
})

test('the orbs that are built in become steps that compile again', () => {
  const setup = `version: 2.1
setup: true
orbs: { paths: circleci/path-filtering@1, go-on: circleci/continuation@2 }
jobs:
  direct:
    docker: [{ image: "cimg/base:current" }]
    steps: [{ go-on/continue: { configuration_path: next.yml } }, go-on/finish]
workflows:
  setup:
    jobs:
      - paths/filter: { mapping: "src/.* run-build true" }
      - direct
`
  const form = textOf(setup)
  expect(form).toContain('- filter_paths:')
  expect(form).toContain('- continue_pipeline:')
  expect(textOf(form)).toBe(form.replaceAll(/^#.*\n/gm, ''))
  expect(gist(planOf(form))).toEqual(gist(planOf(setup)))
})
