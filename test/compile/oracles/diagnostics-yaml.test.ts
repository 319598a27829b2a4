import { expect, test } from 'vitest'
import {
  expectClean,
  expectFinding,
  expectMistake,
  findings,
  type Mistake,
  oneJob,
  oneStep,
} from './support.ts'

const fine = oneStep('checkout')

const mistakes: readonly Mistake[] = [
  {
    about: 'V1: a tab as indentation',
    wrong: 'version: 2.1\njobs:\n\tbuild: 1\n',
    severity: 'error',
    line: 3,
    says: [/tab/i],
    right: fine,
  },
  {
    about: 'V1: a colon in a text without quotes',
    wrong: oneStep('run: echo a: b # here'),
    severity: 'error',
    says: [/quote/i],
    right: oneStep('run: "echo a: b"'),
  },
  {
    about: 'V1: a text that begins with @',
    wrong: oneStep('run: @home # here'),
    severity: 'error',
    says: [/quote/i],
    right: oneStep('run: "@home"'),
  },
  {
    about: 'V1: a bracket that is not closed',
    wrong: 'version: 2.1\njobs: { build: { machine: true, steps: [checkout }\n',
    severity: 'error',
    line: 2,
    says: [/bracket|\]|flow/i],
    right: fine,
  },
  {
    about: 'V2: an alias without its anchor',
    wrong: oneJob('    <<: *missing # here\n    machine: true\n    steps: [checkout]'),
    severity: 'error',
    says: [/missing/, /anchor/],
    right: fine,
  },
  {
    about: 'V3: an anchor that nothing uses',
    wrong: fine.replace('checkout', '&unused checkout # here'),
    severity: 'hint',
    says: [/unused/, /anchor/i],
    right: fine.replace('- checkout', '- &used checkout\n      - *used'),
  },
  {
    about: 'V4: an unknown version',
    wrong: fine.replace('version: 2.1', 'version: 3 # here'),
    severity: 'error',
    says: [/\b3\b/, /2\.1/, /2\.0/],
    right: fine,
  },
  {
    about: 'V4: no version',
    wrong: fine.replace('version: 2.1\n', ''),
    severity: 'error',
    line: 1,
    says: [/version/, /2\.1/],
    right: fine,
  },
  ...[
    'orbs: { a: b/c@1 }',
    'commands: { c: { steps: [checkout] } }',
    'executors: { e: { machine: true } }',
    'parameters: { p: { type: string, default: a } }',
  ].map(
    (key): Mistake => ({
      about: `V5: \`${key.split(':')[0]}\` in version 2`,
      wrong: `${oneJob('    machine: { image: a }\n    steps: [checkout]', '2')}${key} # here\n`,
      severity: 'error',
      says: [new RegExp(key.split(':')[0] ?? ''), /2\.1/],
      right: oneJob('    machine: { image: a }\n    steps: [checkout]', '2'),
    }),
  ),
  {
    about: 'V6: a top-level key that nobody knows, like one that is known',
    wrong: `${fine}comands: {} # here\n`,
    severity: 'info',
    says: [/comands/, /commands/],
    right: `${fine}commands: {}\n`,
  },
  {
    about: 'V54: a step with two keys',
    wrong: oneStep('run: # here\n        name: hello\n        command: hello'),
    severity: 'error',
    says: [/indent/i, /name/, /command/],
    right: oneStep('run:\n          name: hello\n          command: hello'),
  },
  {
    about: 'V56: a number where the text of a version is likely',
    wrong: `version: 2.1
jobs:
  it:
    parameters: { python: { type: string, default: "3" } }
    docker: [{ image: "cimg/python:<< parameters.python >>" }]
    steps: [checkout]
workflows:
  w:
    jobs:
      - it:
          python: 3.10 # here
`,
    severity: 'error',
    says: [/python/, /quote|"3\.10"/i],
    right: fine,
  },
]

test.each(mistakes)('$about', (mistake) => expectMistake(mistake))

const twice = (first: string, second: string) => `version: 2.1
jobs:
  ${first}: { machine: { image: a }, steps: [checkout] }
  ${second}: { machine: { image: a }, steps: [checkout] }
workflows:
  w: { jobs: [a] }
`

test.each([
  ['jobs', twice('a', 'a'), [3, 4]],
  ['jobs, but for their case,', twice('a', 'A'), [3, 4]],
  ['workflows', `${twice('a', 'b')}  w: { jobs: [b] }\n`, [6, 7]],
])('V16: both places of %s of one name are told', (_about, text, lines) => {
  const errors = findings(text).filter(({ severity }) => severity === 'error')
  const told = errors.flatMap(({ where, message, hint }) => [
    where.line,
    ...[...`${message} ${hint}`.matchAll(/line (\d+)/g)].map(([, line]) => Number(line)),
  ])
  expect(new Set(told)).toEqual(new Set(lines))
  expectClean(twice('a', 'b'), 'error')
})

test('V56: a number as the version of xcode', () => {
  const text = oneJob('    macos:\n      xcode: 12.10 # here\n    steps: [checkout]')
  expectFinding(text, { severity: 'warning', says: [/12\.1/, /quote|"12\.10"/i] })
})
