import { describe, expect, test } from 'vitest'
import { compile } from '../../../src/compile/compile.ts'
import type { Plan } from '../../../src/model/plan.ts'
import type { Ref } from '../../../src/model/trigger.ts'
import { branch, findings, lineOf, planOf, pushOf, regex, tag } from '../support.ts'

const schedule = (cron: string, branches: string) =>
  `      - schedule: { cron: "${cron}", filters: { branches: ${branches} } }\n`
const workflow = (name: string, triggers: string, more = '') =>
  `  ${name}:\n${more}    triggers:\n${triggers}    jobs: [build]\n`
const config = (...workflows: readonly string[]) => `version: 2.1
jobs:
  build: { docker: [{ image: a }], steps: [checkout] }
workflows:
  ci: { jobs: [build] }
${workflows.join('')}`

const both = config(
  workflow('nightly', schedule('0 3 * * *', '{ only: [main, /release-.*/] }')),
  workflow(
    'smoke',
    schedule('0 * * * *', '{ ignore: main }') + schedule(' 0   3 * * *', '{ only: main }'),
  ),
)

const schedulesOf = (ref: Ref) => planOf(both, ref).schedules.map((one) => Object.values(one))

describe('the schedules of a plan', () => {
  test.each<[Ref, readonly (readonly string[])[]]>([
    [
      branch('main'),
      [
        ['nightly', '0 3 * * *'],
        ['smoke', '0 3 * * *'],
      ],
    ],
    [
      branch('release-1'),
      [
        ['nightly', '0 3 * * *'],
        ['smoke', '0 * * * *'],
      ],
    ],
    [branch('dev'), [['smoke', '0 * * * *']]],
    [tag('main'), []],
  ])('on %j are %j', (ref, expected) => {
    expect(schedulesOf(ref)).toEqual(expected)
  })

  test('stand whether or not a condition closes their workflow for a push', () => {
    const when = '    when: { equal: [schedule, << pipeline.trigger.type >>] }\n'
    const closed = config(workflow('nightly', schedule('0 3 * * *', '{ only: main }'), when))
    expect(planOf(closed).schedules).toEqual([{ workflow: 'nightly', cron: '0 3 * * *' }])
  })

  test('are no reason for a warning', () => {
    expect(findings(both).map(lineOf)).toEqual([])
  })
})

/** What the event `schedule` of `cron` starts on a branch; null: of any. */
function startedBy(cron: string | null, name = 'main'): Plan {
  const facts = { id: 's', name: 'n', dueAt: 0, missed: 0 }
  const given = cron === null ? {} : { schedule: { ...facts, cron } }
  const event = { name: 'schedule', action: 'schedule', values: {}, ...given } as const
  const answer = compile(
    { text: both, file: 'config.yml' },
    { ...pushOf(branch(name)), event },
    { regex },
  )
  if (answer.kind !== 'compiled') throw new Error(answer.kind)
  return answer.plan
}
const namesIn = ({ workflows }: Plan) => workflows.map(({ name }) => name)

describe('the event of a schedule', () => {
  test.each<[string | null, string, readonly string[]]>([
    ['0 3 * * *', 'main', ['nightly', 'smoke']],
    ['0 * * * *', 'main', []],
    ['0 * * * *', 'dev', ['smoke']],
    ['0 3 * * *', 'dev', []],
    [null, 'main', ['nightly', 'smoke']],
    [null, 'dev', ['smoke']],
  ])('%s on %s starts %j', (cron, name, expected) => {
    expect(namesIn(startedBy(cron, name))).toEqual(expected)
  })

  test('says what starts a workflow', () => {
    const because = (plan: Plan) => plan.workflows.map((one) => one.because)
    expect(because(startedBy('0 * * * *', 'dev'))).toEqual([
      'the schedule 0 * * * * of branch dev starts it',
    ])
    expect(because(startedBy(null, 'dev'))).toEqual(['a schedule of branch dev starts it'])
  })

  test('says why others do not run', () => {
    const reasons = startedBy('0 * * * *', 'dev').notSelected.map(({ because }) => because)
    expect(reasons).toEqual(['it has no schedule', 'it has no schedule 0 * * * *'])
  })
})

describe('what no config may have', () => {
  const many = (count: number) =>
    workflow('w', schedule('0 3 * * *', '{ only: main }').repeat(count))
  test('more than a hundred schedules', () => {
    expect(findings(config(many(100))).map(lineOf)).toEqual([])
    expect(findings(config(many(101))).map(lineOf)).toEqual([
      '108:27 error schedule: the config has 101 schedules; at most 100 are taken',
    ])
  })
  test('a cron expression that goes on for ever', () => {
    const cron = (length: number) => `${'1,'.repeat(length / 2)}1 * * * *`
    const found = (text: string) =>
      findings(config(workflow('w', schedule(text, '{ only: main }')))).map(lineOf)
    expect(found(cron(490))).toEqual([])
    expect(found(cron(500))).toEqual([
      '8:27 error schedule: a cron expression has at most 500 characters',
    ])
  })
})
