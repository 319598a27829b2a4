import type { Code } from '../../compile/codes.ts'
import { type Explanation, inSteps } from './explanation.ts'

const commanded = (lines: string): string => `version: 2.1
commands:
  greet:
    parameters:
      to: { type: string, default: all }
    steps:
${lines}jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [greet] }
workflows:
  main: { jobs: [build] }
`

/** A workflow with this condition, and a pipeline parameter to use in it. */
const gated = (condition: string): string => `version: 2.1
parameters:
  deploy: { type: boolean, default: false }
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main:
${condition}    jobs: [build]
`

const conditional = (condition: string): string =>
  inSteps(`      - when:
${condition}          steps: [{ run: make release }]
`)

/** Parameters, templates and conditions. */
export const templates = {
  'unclosed-template': {
    meaning:
      'A template begins with `<<` and ends with `>>`, on one line or more. Where no template was meant, put a backslash before `<<`, which is taken off again; here-documents of shells are recognised.',
    wrong: commanded('»      - run: echo << parameters.to\n'),
    right: commanded('      - run: echo << parameters.to >>\n'),
  },
  'nested-template': {
    meaning:
      'What a template gives is never looked at again, so that a template inside a template cannot work. Put it together beforehand, or use a condition.',
    wrong: commanded('»      - run: echo << parameters.<< parameters.to >> >>\n'),
    right: commanded('      - run: echo << parameters.to >>\n'),
  },
  'bad-template': {
    meaning:
      'What stands between `<<` and `>>` is no template. Mostly it is a here-document of a shell with a `>>` further on. Put a backslash before its `<<`, which is taken off again.',
    wrong: inSteps(`      - run: |
»          cat <<END >> notes
          hello
          END
`),
    right: inSteps(`      - run: |
          cat \\<<END >> notes
          hello
          END
`),
  },
  'bad-section': {
    meaning:
      'A section `<<# name >>` shows what follows only if the value is true, `<<^ name >>` only if it is not, and both end with `<</ name >>`. One of the two ends is missing here.',
    wrong: commanded('»      - run: "echo <<# parameters.to >>hello"\n'),
    right: commanded('      - run: "echo <<# parameters.to >>hello<</ parameters.to >>"\n'),
  },
  'too-large-text': {
    meaning:
      'A text may hold many templates, and their values may be long; together they became larger than anything that can be run. The limit keeps a small hostile config from costing much.',
    wrong: {
      told: 'A command that names a parameter of a million characters a thousand times.',
      text: () =>
        commanded(`»      - run: "${'<< parameters.to >>'.repeat(1000)}"\n`).replace(
          'default: all',
          `default: ${'x'.repeat(1_000_000)}`,
        ),
    },
    right: commanded('      - run: echo << parameters.to >>\n'),
  },
  'undeclared-argument': {
    meaning:
      'Only the parameters that the job, command or executor itself declares can be used in it. It sees neither those of who calls it nor, in an orb, those of the pipeline.',
    wrong: commanded('»      - run: echo << parameters.name >>\n'),
    right: commanded('      - run: echo << parameters.to >>\n'),
  },
  'unknown-value': {
    meaning:
      'There is no value of that name. Values of the pipeline begin with `pipeline.`; variables of the environment cannot be used here, they exist only when steps run.',
    wrong: commanded('»      - run: echo << pipeline.git.brunch >>\n'),
    right: commanded('      - run: echo << pipeline.git.branch >>\n'),
  },
  'value-absent': {
    meaning:
      'The value exists, but not for the event that started this pipeline: a push has no pull request. CircleCI fails such a pipeline too. A condition that asks for the event first avoids it.',
    wrong: {
      text: gated('»    when: pipeline.event.github.pull_request.number == 1\n'),
      push: { branch: 'main' },
    },
    right: {
      text: gated(
        '    when: pipeline.event.name == "pull_request" and pipeline.event.github.pull_request.number == 1\n',
      ),
      push: { branch: 'main' },
    },
  },
  'bad-expression': {
    meaning:
      'The expression cannot be read. It is made of values, texts and numbers, comparisons such as `==` and `matches`, the words `and`, `or`, `not`, and parentheses.',
    wrong: gated('»    when: pipeline.git.branch = "main"\n'),
    right: gated('    when: pipeline.git.branch == "main"\n'),
  },
  'operand-type': {
    meaning:
      'The operator cannot work with this value: `matches` needs a text and a pattern between slashes, `<` and `>` need numbers.',
    wrong: gated('»    when: pipeline.git.branch matches "main"\n'),
    right: gated('    when: pipeline.git.branch matches /main/\n'),
  },
  'environment-in-expression': {
    meaning:
      'A config is compiled before any job runs, when no variable of the environment exists yet. To decide by one, decide inside a step; or let a setup workflow pass it on as a parameter.',
    wrong: gated('»    when: $CIRCLE_BRANCH == "main"\n'),
    right: gated('    when: pipeline.git.branch == "main"\n'),
  },
  'mixed-expression': {
    meaning:
      'Half of the condition is an expression, half a template. CircleCI fills in the template and takes the rest for a text, and a text is always true. Write names without `<< >>`.',
    wrong: gated('»    when: pipeline.git.branch == "main" or << pipeline.parameters.deploy >>\n'),
    right: gated('    when: pipeline.git.branch == "main" or pipeline.parameters.deploy\n'),
  },
  'bad-condition': {
    meaning:
      'A condition is a value, an expression, or a logic statement with one of `and`, `or`, `not`, `equal` and `matches`. This is none of them.',
    wrong: gated(`    when:
»      equals: [main, << pipeline.git.branch >>]
`),
    right: gated(`    when:
      equal: [main, << pipeline.git.branch >>]
`),
  },
  'text-condition': {
    meaning:
      'Conditions of steps are logic statements, not expressions. This one is a text, however much it looks like an expression, and a text that is not empty is always true.',
    wrong: conditional('»          condition: pipeline.git.branch == "main"\n'),
    right: conditional('          condition: << pipeline.git.branch == "main" >>\n'),
  },
  'negated-operand': {
    meaning:
      '`not` binds more tightly than a comparison: `not a == "b"` negates a, and then compares true or false with a text. Parentheses say what is meant.',
    wrong: gated('»    when: not pipeline.git.branch == "main"\n'),
    right: gated('    when: not (pipeline.git.branch == "main")\n'),
  },
  'boolean-as-text': {
    meaning:
      'A boolean and a text with the same characters are taken for equal, as CircleCI does in `equal`. It looks like a mistake, and expressions with `==` do not do it.',
    wrong: {
      text: gated(`    when:
»      equal: ["false", << pipeline.parameters.deploy >>]
`),
      push: { branch: 'main' },
    },
    right: {
      text: gated(`    when:
      equal: [false, << pipeline.parameters.deploy >>]
`),
      push: { branch: 'main' },
    },
  },
} satisfies Partial<Record<Code, Explanation>>
