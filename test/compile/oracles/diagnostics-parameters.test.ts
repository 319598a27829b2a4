import { expect, test } from 'vitest'
import { expectMistake, findings, type Mistake } from './support.ts'

/** A command `say` with these parameters, called by a job `it` with these arguments. */
const calling = (
  parameters: string,
  args: string,
  marks = { call: ' # here', declared: '' },
) => `version: 2.1
commands:
  say:
    parameters:
      count: { type: integer, default: 3 }
      it: ${parameters}${marks.declared}
    steps: [{ run: "echo << parameters.it >> << parameters.count >>" }]
jobs:
  it:
    machine: { image: "ubuntu-2204:current" }
    steps:
      - say: ${args}${marks.call}
workflows:
  w: { jobs: [it] }
`

const call = (
  about: string,
  parameters: string,
  [wrong, right]: readonly [string, string],
  says: readonly RegExp[],
): Mistake => ({
  about,
  wrong: calling(parameters, wrong),
  severity: 'error',
  says,
  right: calling(parameters, right),
})

const declared = (about: string, parameters: string, says: readonly RegExp[]): Mistake => ({
  about,
  wrong: calling(parameters, '{ it: a }', { call: '', declared: ' # here' }),
  severity: 'error',
  says,
  right: calling('{ type: string }', '{ it: a }'),
})

const trail = [/\bw\b/, /\bit\b/, /say/]

const calls: readonly Mistake[] = [
  call(
    'V17: a missing argument, with the trail and what is declared',
    '{ type: string }',
    ['{ count: 1 }', '{ it: a }'],
    [/missing required argument/i, /\bit\b/, ...trail],
  ),
  call(
    'V17: an argument too many, with the trail and what is declared',
    '{ type: string }',
    ['{ it: a, itt: b }', '{ it: a }'],
    [/unexpected argument/i, /itt/, /count/, /integer/, /string/, ...trail],
  ),
  call(
    'V18: a number for a text',
    '{ type: string }',
    ['{ it: 3.10 }', '{ it: "3.10" }'],
    [/\bit\b/, /string/, /number|float|integer/, /3\.10?/, /quote|"3\.10"/i],
  ),
  call(
    'V18: a text for a number',
    '{ type: integer }',
    ['{ it: "3" }', '{ it: 3 }'],
    [/\bit\b/, /integer/, /string/],
  ),
  call(
    'V18: a part of a number',
    '{ type: integer }',
    ['{ it: 3.5 }', '{ it: 3 }'],
    [/\bit\b/, /integer/, /3\.5/],
  ),
  call(
    'V18: a text for a boolean',
    '{ type: boolean }',
    ['{ it: "true" }', '{ it: true }'],
    [/\bit\b/, /boolean/, /string/],
  ),
  call(
    'V18: a list for a text',
    '{ type: string }',
    ['{ it: [a] }', '{ it: a }'],
    [/\bit\b/, /string/, /list/],
  ),
  call(
    'V18: what is no name of a variable',
    '{ type: env_var_name }',
    ['{ it: 1-A }', '{ it: A_1 }'],
    [/\bit\b/, /1-A/],
  ),
  call(
    'V19: a value that the enum has not',
    '{ type: enum, enum: [red, green] }',
    ['{ it: blue }', '{ it: red }'],
    [/\bit\b/, /blue/, /red/, /green/],
  ),
]

const declarations: readonly Mistake[] = [
  declared('V20: a default of another type', '{ type: string, default: 0 }', [
    /\bit\b/,
    /\b0\b/,
    /integer|number/,
    /string/,
    /default/,
  ]),
  declared('V20: an empty text as the default of a number', '{ type: integer, default: "" }', [
    /\bit\b/,
    /integer/,
    /default/,
  ]),
  declared('a type that does not exist', '{ type: strin }', [/strin/, /string/]),
  declared('an enum without values', '{ type: enum }', [/enum/]),
]

test.each([...calls, ...declarations])('$about', (mistake) => expectMistake(mistake))

const pipeline = (declaration: string, more = '') => `version: 2.1
parameters:
  p: ${declaration} # here
jobs:
  it:
    machine: { image: "ubuntu-2204:current" }
    steps: [{ run: "echo << pipeline.parameters.p >>" }]
workflows:
  w: { jobs: [it] }
${more}`

const pipelines: readonly Mistake[] = [
  ['V20: a pipeline parameter without a default', '{ type: string }', [/\bp\b/, /default/]],
  ['V20: a pipeline parameter of steps', '{ type: steps, default: [] }', [/pipeline/, /steps/]],
  [
    'V23: a pipeline parameter in the declaration of another',
    '{ type: string, default: "<< pipeline.parameters.q >>" }',
    [/pipeline\.parameters|scope|declar/i],
  ],
].map(([about, declaration, says]) => ({
  about: String(about),
  wrong: pipeline(String(declaration)),
  severity: 'error',
  says: says as readonly RegExp[],
  right: pipeline('{ type: string, default: "" }'),
}))

test.each(pipelines)('$about', (mistake) => expectMistake(mistake))

test.each(['name', 'requires', 'context', 'type', 'filters', 'matrix', 'pre-steps', 'post-steps'])(
  'V21: no parameter of a job is called %s',
  (name) => {
    const job = (parameter: string) => `version: 2.1
jobs:
  it:
    parameters:
      ${parameter}: { type: string, default: "" } # here
    machine: { image: "ubuntu-2204:current" }
    steps: [checkout]
workflows:
  w: { jobs: [it] }
`
    expectMistake({
      about: '',
      wrong: job(name),
      severity: 'error',
      says: [new RegExp(name), /filters/, /matrix/],
      right: job('other'),
    })
  },
)

test.each([
  [{ p: 'a', q: 'b' }, [/unexpected argument/i, /\bq\b/]],
  [{ p: 5 }, [/\bp\b/, /string/]],
])('a value that a trigger gave is checked: %j', (parameters, says) => {
  const errors = findings(pipeline('{ type: string, default: "" }'), { parameters })
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message)
  expect(errors.filter((message) => says.every((phrase) => phrase.test(message)))).not.toEqual([])
})
