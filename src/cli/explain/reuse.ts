import type { Code } from '../../compile/codes.ts'
import type { Explanation } from './explanation.ts'

/** A job whose version of Node is a parameter, and a workflow with these lines, indented by six. */
const parameterised = (declaration: string, lines: string): string => `version: 2.1
jobs:
  test:
    parameters:
${declaration}    docker: [{ image: cimg/node:<< parameters.version >> }]
    steps: [checkout]
workflows:
  main:
    jobs:
${lines}`

const string = '      version: { type: string }\n'
const choice = '      version: { type: enum, enum: ["20.11", "22.1"] }\n'

const orbUser = (reference: string): string => `version: 2.1
orbs:
»  tools: ${reference}
workflows:
  main: { jobs: [tools/test] }
`

const orb = 'version: 2.1\njobs: { test: { machine: { image: default }, steps: [checkout] } }\n'

/** Commands, executors, parameters, matrices and orbs. */
export const reuse = {
  'unknown-executor': {
    meaning:
      'The job names an executor that is not declared under `executors`. One of an orb is called `orb/executor`; arguments for it stand beside its name.',
    wrong: `version: 2.1
executors:
  node: { docker: [{ image: "cimg/node:22.1" }] }
jobs:
  build:
»    executor: nodejs
    steps: [checkout]
`,
    right: `version: 2.1
executors:
  node: { docker: [{ image: "cimg/node:22.1" }] }
jobs:
  build:
    executor: node
    steps: [checkout]
`,
  },
  'missing-argument': {
    meaning:
      'A parameter without a default must be given wherever the job, command or executor is used. A default that is null counts as none.',
    wrong: parameterised(string, '»      - test\n'),
    right: parameterised(string, '      - test: { version: "22.1" }\n'),
  },
  'argument-type': {
    meaning:
      'The argument is not of the type that the parameter declares. YAML decides the type of what is written without quotes: `yes` is a boolean, 22 a number.',
    wrong: parameterised(string, '»      - test: { version: yes }\n'),
    right: parameterised(string, '      - test: { version: "yes" }\n'),
  },
  'enum-value': {
    meaning:
      'The parameter is an enum, which has a fixed list of possible values, and this is none of them.',
    wrong: parameterised(choice, '»      - test: { version: "18.1" }\n'),
    right: parameterised(choice, '      - test: { version: "22.1" }\n'),
  },
  'bad-default': {
    meaning:
      'The default of a parameter must itself be a value that the parameter can have; and parameters of a pipeline cannot use templates in it.',
    wrong: parameterised(
      '»      version: { type: enum, enum: ["20.11", "22.1"], default: "18.1" }\n',
      '      - test: { version: "22.1" }\n',
    ),
    right: parameterised(
      '      version: { type: enum, enum: ["20.11", "22.1"], default: "22.1" }\n',
      '      - test\n',
    ),
  },
  'reserved-parameter': {
    meaning:
      'In a workflow the arguments of a job stand beside its own keys, such as `name` or `requires`. A parameter called like one of them could never be given.',
    wrong: `version: 2.1
jobs:
  test:
    parameters:
»      name: { type: string, default: all }
    docker: [{ image: cimg/base:current }]
    steps: [{ run: "make << parameters.name >>" }]
workflows:
  main: { jobs: [test] }
`,
    right: `version: 2.1
jobs:
  test:
    parameters:
      suite: { type: string, default: all }
    docker: [{ image: cimg/base:current }]
    steps: [{ run: "make << parameters.suite >>" }]
workflows:
  main: { jobs: [test] }
`,
  },
  'recursive-command': {
    meaning:
      'A command calls itself, directly or through others. Commands are replaced by their steps before anything runs, and this would never end.',
    wrong: `version: 2.1
commands:
  build:
    steps:
»      - build
jobs:
  main-job: { docker: [{ image: cimg/base:current }], steps: [build] }
workflows:
  main: { jobs: [main-job] }
`,
    right: `version: 2.1
commands:
  build:
    steps:
      - run: make
jobs:
  main-job: { docker: [{ image: cimg/base:current }], steps: [build] }
workflows:
  main: { jobs: [main-job] }
`,
  },
  matrix: {
    meaning:
      'A matrix stands for one job for every combination of its values, so each parameter needs at least one value, and the number of combinations has a limit.',
    wrong: parameterised(
      string,
      `      - test:
          matrix:
            parameters:
»              version: []
`,
    ),
    right: parameterised(
      string,
      `      - test:
          matrix:
            parameters:
              version: ["20.11", "22.1"]
`,
    ),
  },
  'matrix-exclude': {
    meaning:
      'An exclusion takes one combination out of a matrix, so it gives a value for every parameter of the matrix and for nothing else. CircleCI silently excludes nothing otherwise.',
    wrong: parameterised(
      string,
      `      - test:
          matrix:
            parameters:
              version: ["20.11", "22.1"]
            exclude:
»              - os: linux
`,
    ),
    right: parameterised(
      string,
      `      - test:
          matrix:
            parameters:
              version: ["20.11", "22.1"]
            exclude:
              - version: "20.11"
`,
    ),
  },
  'unused-element': {
    meaning:
      'Nothing calls this command, executor or orb. It does no harm, but is read and, in the case of an orb, fetched.',
    wrong: `version: 2.1
commands:
»  hello: { steps: [{ run: echo hello }] }
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
    right: `version: 2.1
commands:
  hello: { steps: [{ run: echo hello }] }
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout, hello] }
`,
  },
  'orb-missing': {
    meaning:
      'The reference does not name an orb and version, there is none of that name, or the registry or address did not give it. An orb can also be kept in the repository, below `.circleci/orbs`.',
    wrong: { text: orbUser('acme/toolz@1.0.0') },
    right: {
      text: orbUser('acme/tools@1.0.0').replace('»', ''),
      orbs: { 'acme/tools@1.0.0': orb },
    },
  },
  'orb-opaque': {
    meaning:
      'The orb was not looked for, because there was to be no network. Its jobs are selected and have names; what they run, and what may be wrong with how they are called, is not told.',
    wrong: { text: orbUser('acme/tools@1.0.0'), offline: true },
    right: {
      text: orbUser('acme/tools@1.0.0').replace('»', ''),
      orbs: { 'acme/tools@1.0.0': orb },
    },
  },
} satisfies Partial<Record<Code, Explanation>>
