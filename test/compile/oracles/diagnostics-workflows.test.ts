import { test } from 'vitest'
import { expectClean, expectMistake, type Mistake, oneWorkflow } from './support.ts'

const fine = oneWorkflow('    jobs: [a]')

const mistake = (
  severity: Mistake['severity'],
  about: string,
  body: string,
  says: readonly RegExp[],
): Mistake => ({
  about,
  wrong: oneWorkflow(body),
  severity,
  says,
  right: fine,
})

const graph: readonly Mistake[] = [
  {
    about: 'V12: a job that no workflow uses',
    wrong: fine
      .replace('rest: { jobs: [a, b, c] }', 'rest: { jobs: [a, b] }')
      .replace('  c: {', '  c: # here\n    {'),
    severity: 'warning',
    says: [/\bc\b/],
    right: fine,
  },
  {
    about: 'V12: a command that nothing calls',
    wrong: `${fine}commands:\n  idle: { steps: [checkout] } # here\n`,
    severity: 'warning',
    says: [/idle/],
    right: fine,
  },
  {
    about: 'V12: an orb that nothing uses',
    wrong: `${fine}orbs:\n  idle: { commands: { x: { steps: [checkout] } } } # here\n`,
    severity: 'warning',
    says: [/idle/],
    right: fine,
  },
  mistake(
    'error',
    'V13: a requirement that is not in the workflow',
    '    jobs:\n      - a\n      - b:\n          requires: [aa] # here',
    [/\bb\b/, /\baa\b/, /\bw\b/, /\ba\b/],
  ),
  mistake(
    'error',
    'V13: a requirement that two jobs answer',
    '    jobs:\n      - a\n      - a\n      - b:\n          requires: [a] # here',
    [/\bb\b/, /2 other jobs/, /\bw\b/, /name/],
  ),
  mistake(
    'error',
    'V14: a cycle',
    '    jobs:\n      - a: { requires: [c] } # here\n      - b: { requires: [a] } # here\n      - c: { requires: [b] } # here',
    [/\ba\b.*\bb\b|\bb\b.*\ba\b/, /\bc\b/],
  ),
  mistake(
    'error',
    'V29: `when` beside `unless`',
    '    when: true\n    unless: false # here\n    jobs: [a]',
    [/when/, /unless/],
  ),
  mistake('error', 'V35: too many reruns', '    max_auto_reruns: 6 # here\n    jobs: [a]', [
    /\b6\b/,
    /\b5\b/,
  ]),
  mistake('error', 'V39: a type that is none', '    jobs:\n      - a: { type: aproval } # here', [
    /aproval/,
    /approval/,
  ]),
  mistake(
    'error',
    'V40: a type that belongs to the job',
    '    jobs:\n      - x: { type: no-op } # here',
    [/no-op/, /approval/],
  ),
  mistake(
    'warning',
    'V41: an approval named like a job',
    '    jobs:\n      - a: { type: approval } # here',
    [/\ba\b/, /steps/],
  ),
  ...[
    ['blank', '" "', /" "|blank|empty/i],
    ['too long', `"${'x'.repeat(513)}"`, /512/],
    ['of other letters', '"a b!"', /a b!/],
  ].map(([about, value, says]) =>
    mistake(
      'error',
      `V48: a serial group that is ${String(about)}`,
      `    jobs:\n      - a: { serial-group: ${String(value)} } # here`,
      [says as RegExp],
    ),
  ),
  mistake(
    'hint',
    'V50: every status',
    '    jobs:\n      - a\n      - b:\n          requires:\n            - a: [success, failed, canceled, unauthorized, not_run] # here',
    [/terminal/],
  ),
  {
    about: 'V53: a version of workflows',
    wrong: fine.replace('workflows:\n', 'workflows:\n  version: 2 # here\n'),
    severity: 'hint',
    says: [/version/],
    right: fine,
  },
  {
    about: 'V55: no workflow, no job called build',
    wrong: 'version: 2.1\njobs:\n  it: { machine: true, steps: [checkout] }\n',
    severity: 'error',
    line: 1,
    says: [/build/, /workflow/],
    right: fine,
  },
  mistake(
    'warning',
    'V57: a workflow that never runs',
    '    jobs:\n      - a: { filters: { branches: { ignore: /.*/ } } }',
    [/never|no job/i],
  ),
]

const filters: readonly Mistake[] = [
  mistake(
    'error',
    'V30: a pattern that is none',
    '    jobs:\n      - a: { filters: { branches: { only: "/(/" } } } # here',
    [/\(/],
  ),
  mistake(
    'hint',
    'V31: a pattern for a beginning',
    '    jobs:\n      - a: { filters: { tags: { only: /^v/ } } } # here',
    [/\^v\.\*/],
  ),
  mistake(
    'warning',
    'V32: a tag filter where a requirement has none',
    '    jobs:\n      - a\n      - b: { requires: [a], filters: { tags: { only: /^v.*/ } } } # here',
    [/\ba\b/, /\bb\b/, /tag/],
  ),
  mistake(
    'info',
    'V33: `only` and `ignore`',
    '    jobs:\n      - a: { filters: { branches: { only: main, ignore: dev } } } # here',
    [/ignore/],
  ),
]

const cron = (line: string) =>
  `    triggers:\n      - schedule:\n          cron: ${line}\n          filters: { branches: { only: main } }\n    jobs: [a]`
const schedules: readonly Mistake[] = [
  mistake('error', 'V34: four fields', cron('"0 0 * *" # here'), [/5|five/]),
  mistake('error', 'V34: an hour that is none', cron('"0 24 * * *" # here'), [/hour/, /23/]),
  mistake('error', 'V34: a minute that is none', cron('"60 0 * * *" # here'), [/minute/, /59/]),
  mistake(
    'error',
    'V34: no branches',
    '    triggers:\n      - schedule: # here\n          cron: "0 0 * * *" # here\n    jobs: [a]',
    [/branches/],
  ),
]

test.each([...graph, ...filters, ...schedules])('$about', (one) => {
  expectMistake(one.about.startsWith('V57') ? { ...one, line: 8 } : one)
})

test('V34: what CircleCI refuses of cron is understood', () => {
  for (const line of ['*/15 * * * *', '0 0-5,8 * * *', '0 0 * jan mon-fri', '5 4 * * 1,3-5,6'])
    expectClean(oneWorkflow(cron(`"${line}"`)), 'error')
})

const gatedSetup = (gate: string, version = '2.1') => `version: ${version}
setup: true # here
jobs:
  a: { machine: { image: x }, steps: [checkout] }
workflows:
  one: { jobs: [a] }
  two: # here
    ${gate}jobs: [a]
`

test('V51: one workflow of a setup runs', () => {
  expectMistake({
    about: '',
    wrong: gatedSetup(''),
    severity: 'error',
    says: [/one/, /two/, /setup/],
    right: gatedSetup('when: false\n    '),
  })
})

test('V51: a setup is of version 2.1', () => {
  const old = gatedSetup('', '2')
  expectMistake({ about: '', wrong: old, severity: 'error', says: [/setup/, /2\.1/], right: fine })
})

test('V52: the contexts of a config are counted', () => {
  const many = Array.from({ length: 101 }, (_, index) => `c${index}`)
  const using = (contexts: readonly string[]) =>
    oneWorkflow(`    jobs:\n      - a: { context: [${contexts.join(', ')}] } # here`)
  expectMistake({
    about: '',
    wrong: using(many),
    severity: 'error',
    says: [/101/, /100/, /context/],
    right: using(many.slice(1)),
  })
})
