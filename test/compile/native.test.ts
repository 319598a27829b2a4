import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { nativeOrb } from '../../src/compile/native/index.ts'
import type { Step } from '../../src/model/step.ts'
import { planOf } from './support.ts'

const pathFiltering = 'circleci/path-filtering'

test.each(['circleci/continuation', pathFiltering])(
  '%s is built in, whatever its version',
  (name) => {
    const texts = ['0.1.0', '1', '2.0', 'volatile'].map((version) =>
      nativeOrb(`${name}@${version}`),
    )
    expect(new Set(texts.map((orb) => orb?.text)).size).toBe(1)
    expect(parse(texts[0]?.text ?? '', { merge: true })).toMatchObject({ version: 2.1 })
  },
)

test.each([
  'circleci/node@5.2.0',
  'acme/continuation@1.0.0',
  'circleci/continuation',
  'circleci/continuation@dev:mine',
  'circleci/continuation@1.0.0.0',
  'circleci/constructor@1',
  'https://example.org/continuation.yml',
])('%s is not built in', (reference) => {
  expect(nativeOrb(reference)).toBeNull()
})

/** What a caller must know of a parameter. */
interface Parameter {
  readonly type: string
  readonly default?: unknown
  readonly enum?: readonly string[]
}
type Elements = Readonly<Record<string, { readonly parameters?: Record<string, Parameter> }>>
interface Orb {
  readonly commands: Elements
  readonly jobs: Elements
  readonly executors: Elements
}

const real = resolve(import.meta.dirname, '../../../shared/data/orbs/circleci__path-filtering.yml')
if (!existsSync(real)) console.info(`not compared with CircleCI's orb: ${real} is not there`)

describe.runIf(existsSync(real))('path filtering takes what CircleCI’s orb takes', () => {
  const theirs: Orb = parse(existsSync(real) ? readFileSync(real, 'utf8') : '{}')
  const ours: Orb = parse(nativeOrb(`${pathFiltering}@2`)?.text ?? '', { merge: true })
  const kinds = ['commands', 'jobs', 'executors'] as const

  test.each(kinds)('%s', (kind) => {
    for (const [name, { parameters = {} }] of Object.entries(theirs[kind]))
      for (const [key, parameter] of Object.entries(parameters))
        expect({ name, key, ...signature(ours[kind][name]?.parameters?.[key]) }).toEqual({
          name,
          key,
          ...signature(parameter),
        })
  })
})

const signature = (parameter: Parameter | undefined) => ({
  type: parameter?.type,
  default: parameter?.default,
  values: parameter?.enum,
})

const orbs = `version: 2.1
setup: true
orbs:
  continuation: circleci/continuation@2.0.1
  path-filtering: circleci/path-filtering@3
`

/** Steps of the only job. */
const stepsOf = (text: string) =>
  planOf(`${orbs}${text}`).workflows.flatMap(({ jobs }) =>
    jobs.flatMap(({ body }) => body?.steps ?? []),
  )

const ofJob = (job: string) => stepsOf(`workflows:\n  setup:\n    jobs:\n      - ${job}\n`)
const ofSteps = (steps: string) =>
  stepsOf(
    `jobs: {a: {machine: {image: default}, steps: [${steps}]}}\nworkflows: {setup: {jobs: [a]}}`,
  )
const types = (steps: readonly Pick<Step, 'type'>[]) => steps.map(({ type }) => type)

describe('what the built-in orbs expand to', () => {
  test('the job that filters checks out, compares, combines and continues', () => {
    const [checkout, filter, combine, last] = ofJob(
      'path-filtering/filter: {mapping: "a b true", base-revision: trunk, config-path: x.yml}',
    )
    expect(checkout).toMatchObject({ type: 'checkout', method: 'full' })
    expect(filter).toMatchObject({
      type: 'filter_paths',
      baseRevision: 'trunk',
      mapping: 'a b true',
      exclude: '',
      configPath: 'x.yml',
      sameBaseRun: true,
      outputPath: '/tmp/pipeline-parameters.json',
    })
    expect(combine).toMatchObject({
      type: 'combine_configs',
      listPath: '/tmp/filtered-config-list',
      outputPath: '/tmp/generated-config.yml',
    })
    expect(last).toMatchObject({
      type: 'continue_pipeline',
      config: {
        path: '/tmp/generated-config.yml',
        parameters: '/tmp/pipeline-parameters.json',
        madeOf: '/tmp/filtered-config-list',
        lines: null,
      },
    })
  })

  test('its switches leave out the checkout and the continuation, and attach a workspace', () => {
    const steps = ofJob('path-filtering/filter: {checkout: false, debug: true, workspace_path: /w}')
    expect(types(steps)).toEqual(['attach_workspace', 'filter_paths', 'combine_configs'])
    const [, , , last] = ofJob('path-filtering/filter: {parameter_for_files_changed: files}')
    const lines = { parameter: 'files', path: '/tmp/files-changed-list' }
    expect(last).toMatchObject({ config: { lines } })
  })

  test('the job and the commands that continue and finish', () => {
    expect(types(ofJob('continuation/continue: {configuration_path: a.yml}'))).toEqual([
      'checkout',
      'continue_pipeline',
    ])
    const given = `{configuration_path: a.yml, parameters: '{"a": 1}'}`
    const [first, second] = ofSteps(`{continuation/continue: ${given}}, continuation/finish`)
    const config = { path: 'a.yml', parameters: '{"a": 1}', madeOf: null, lines: null }
    expect(first).toMatchObject({ type: 'continue_pipeline', config })
    expect(second).toMatchObject({ type: 'continue_pipeline', config: null })
  })

  test('the commands of path filtering', () => {
    const steps = ofSteps(
      '{path-filtering/set-parameters: {same-base-run: false, exclude: x}}, path-filtering/generate-config',
    )
    expect(steps[0]).toMatchObject({ type: 'filter_paths', sameBaseRun: false, exclude: 'x' })
    expect(types(steps)).toEqual(['filter_paths', 'combine_configs'])
  })
})
