import { expect, test } from 'vitest'
import {
  type Event,
  expectClean,
  expectError,
  expectFinding,
  findings,
  oneStep,
  oneWorkflow,
} from './support.ts'

const script = (text: string) => oneStep(`run: ${JSON.stringify(text)} # here`)

test.each([
  ['an end that is missing', 'echo << pipeline.number', [/<</, /\\<</]],
  ['a document in the script', 'cat <<EOF\nhello\nEOF', [/\\<</, /heredoc|here-document|<<EOF/i]],
  ['a template in a template', 'echo << pipeline.<< pipeline.number >> >>', [/<</]],
  ['a section without its end', '<<# pipeline.number >>a', [/pipeline\.number/, /<<\/|end|clos/i]],
  [
    'a section with another end',
    '<<# pipeline.number >>a<</ pipeline.id >>',
    [/pipeline\.(number|id)/],
  ],
])('V22: %s', (_about, text, says) => {
  expectFinding(script(text), { severity: 'error', says })
})

test('V22: the place is the `<<` itself', () => {
  const text = oneStep('run: |', '    echo hello').replace(
    '      -     echo hello',
    '          echo hello\n          cat <<EOF',
  )
  const line = text.split('\n').findIndex((one) => one.includes('<<EOF'))
  const found = findings(text).filter(({ severity }) => severity === 'error')
  expect(found.map(({ where }) => [where.line, where.column])).toEqual([[line + 1, 15]])
})

test('V22: an escaped `<<`, and a `>>` alone, are text', () => {
  for (const text of ['cat \\<<EOF', 'echo a >> b', 'echo "\\<< parameters.x >>"'])
    expectClean(script(text), 'error')
})

test('V23: what is in scope is told', () => {
  const text = `version: 2.1
commands:
  say:
    parameters: { mine: { type: string, default: "" } }
    steps:
      - run: echo << parameters.theirs >> # here
jobs:
  it:
    parameters: { theirs: { type: string, default: "" } }
    machine: true
    steps: [say]
workflows:
  w: { jobs: [it] }
`
  expectFinding(text, { severity: 'error', says: [/theirs/, /mine/] })
})

test('V23: an orb does not see the parameters of the pipeline, but its values', () => {
  const orb = (value: string) => `version: 2.1
parameters: { p: { type: string, default: "" } }
orbs:
  o:
    commands:
      say:
        steps:
          - run: echo << ${value} >> # here
jobs:
  it: { machine: true, steps: [o/say] }
workflows:
  w: { jobs: [it] }
`
  expectFinding(orb('pipeline.parameters.p'), {
    severity: 'error',
    says: [/orb/, /pipeline\.parameters\.p/],
  })
  expectClean(orb('pipeline.number'), 'error')
})

test.each<[string, string, Event, readonly RegExp[]]>([
  ['no event has', 'pipeline.git.brunch', {}, [/pipeline\.git\.brunch/, /pipeline\.git\.branch/]],
  [
    'this event has not',
    'pipeline.event.github.pull_request.number',
    {},
    [/pull_request\.number/, /push/, /pipeline\.event\.name/],
  ],
  ['no declaration has', 'pipeline.parameters.none', {}, [/none/, /parameter/]],
])('V24: a value that %s', (_about, value, event, says) => {
  expectFinding(script(`echo << ${value} >>`), { severity: 'error', says, event })
})

test('V24: a guard before it keeps a value from being asked for', () => {
  const when = (expression: string) => oneWorkflow(`    when: ${expression} # here\n    jobs: [a]`)
  const value = 'pipeline.event.github.pull_request.draft'
  expectClean(when(`pipeline.event.name == "pull_request" and not ${value}`), 'error')
  expectFinding(when(`not ${value}`), { severity: 'error', says: [/pull_request\.draft/, /push/] })
  const event: Event = {
    event: 'pull_request',
    action: 'opened',
    github: { 'pull_request.draft': false },
  }
  expectClean(when(`not ${value}`), 'error', event)
})

const gate = (when: string, line = ' # here') =>
  oneWorkflow(`    when: ${when}${line}\n    jobs: [a]`)

test.each([
  ['an operand that is missing', 'pipeline.git.branch ==', [/expected|expression|value/i]],
  ['a character that means nothing', 'pipeline.git.branch == "a" & true', [/&/]],
  ['a bracket that is not closed', '(pipeline.git.branch == "a"', [/\)/]],
  ['a text that does not end', `'pipeline.git.branch == "a'`, [/"|quote|string|unterminated/i]],
  ['an expression that is too long', `'pipeline.git.branch == "${'a'.repeat(2100)}"'`, [/2048/]],
  ['a number that is compared to a text', 'pipeline.git.branch > 3', [/>/, /string|text/]],
  [
    'a number that starts with something',
    'pipeline.number starts-with "1"',
    [/starts-with/, /number|integer/],
  ],
])('V25: %s', (_about, when, says) => {
  expectFinding(gate(when), { severity: 'error', says })
})

test('V25: the other way round they are expressions', () => {
  for (const when of [
    'pipeline.number > 3',
    'pipeline.git.branch starts-with "1"',
    `pipeline.git.branch == 'a'`,
  ])
    expectClean(gate(when), 'error')
})

test('V26: a template in an expression, with the expression that was meant', () => {
  const mixed = gate('pipeline.git.branch == "x" or << pipeline.git.tag >>')
  expectFinding(mixed, {
    severity: 'error',
    says: [/pipeline\.git\.branch == "x" or pipeline\.git\.tag/],
  })
})

test('V27: a variable of the environment is not there yet', () => {
  const says = [/\$?CIRCLE_BRANCH/, /compile|before/i]
  expectFinding(gate('$CIRCLE_BRANCH == "main"'), { severity: 'error', says })
  expectFinding(gate('{ equal: [$CIRCLE_BRANCH, main] }'), { severity: 'error', says })
})

const deep = `${'{ not: '.repeat(101)}true${' }'.repeat(101)}`

test.each([
  ['an empty list', '{ and: [] }', [/and/, /empty|argument/i]],
  ['two operators', '{ and: [true], or: [true] }', [/and/, /or/, /one/i]],
  ['a list alone', '[true]', [/list/]],
  ['an operator that does not exist', '{ xor: [true] }', [/xor/]],
  ['more than a hundred levels', deep, [/100/]],
])('V28: %s', (_about, when, says) => {
  expectFinding(gate(when), { severity: 'error', says })
})

test('V28: a hundred levels are allowed', () => {
  expectClean(gate(`${'{ not: '.repeat(99)}true${' }'.repeat(99)}`), 'error')
  expectClean(gate(`${'{ and: [true, '.repeat(99)}true${'] }'.repeat(99)}`), 'error')
})

test('V30: a pattern of `matches` that is none', () => {
  expectError(gate('pipeline.git.branch matches /(/'), [/\(/])
  expectError(gate('{ matches: { pattern: "(", value: x } }'), [/\(/])
})
