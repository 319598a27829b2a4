import type { Code } from '../../compile/codes.ts'
import { type Explanation, inJob, inSteps, inWorkflow } from './explanation.ts'

const simple = inJob('    steps: [checkout]\n')

/** Keys and values. */
export const shape = {
  'empty-config': {
    meaning:
      'The file is there and says nothing, or holds only comments. A config needs at least a version, a job and, unless the job is named build, a workflow.',
    wrong: '»# nothing yet\n',
    right: simple,
  },
  'wrong-type': {
    meaning:
      'A value of another kind stands where a map, a list, a number or a text is needed. Often a dash is missing or too many, or the lines below a key are not indented enough.',
    wrong: inJob('»    steps: checkout\n'),
    right: simple,
  },
  'missing-key': {
    meaning: 'Something cannot work without this key, and there is no sensible default.',
    wrong: inSteps(`      - run: make
»      - persist_to_workspace: { root: . }
`),
    right: inSteps(`      - run: make
      - persist_to_workspace: { root: ., paths: [build] }
`),
  },
  'unknown-key': {
    meaning:
      'A key that means nothing here would be ignored, and with it what its author wanted. Usually it is a typing mistake or is indented one level too little or too much.',
    wrong: inJob(`    steps: [checkout]
»    paralellism: 4
`),
    right: inJob(`    steps: [checkout]
    parallelism: 4
`),
  },
  'unknown-top-level-key': {
    meaning:
      'Unknown keys at the top of the file are ignored, here as on CircleCI. People use them to keep anchors, so this is only a note; but a misspelt section would be lost as well.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
»workflow:
  main: { jobs: [build] }
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build] }
`,
  },
  'ignored-key': {
    meaning:
      'The key is accepted, so that configs written for CircleCI work, and changes nothing: the message says why. `branches` on a job is an old form; filters on jobs of a workflow have taken its place.',
    wrong: inJob(`»    branches: { only: main }
    steps: [checkout]
`),
    right: inWorkflow(
      ['build'],
      `      - build: { filters: { branches: { only: main } } }
`,
    ),
  },
  unsupported: {
    meaning:
      'CircleCI has this and Sluice accepts it, but cannot give it: there is no such machine, or nothing to talk to. The message says what happens instead when the job runs.',
    wrong: `version: 2.1
jobs:
  build:
»    macos: { xcode: "16.4.0" }
    steps: [checkout]
`,
    right: simple,
  },
  deprecated: {
    meaning:
      'An old form that still works, here and on CircleCI. The hint names what took its place, which can do more or is clearer.',
    wrong: `version: 2.1
jobs:
  build:
»    docker: [{ image: "circleci/node:14" }]
    steps: [checkout]
`,
    right: `version: 2.1
jobs:
  build:
    docker: [{ image: "cimg/node:22.1" }]
    steps: [checkout]
`,
  },
  'numeric-text': {
    meaning:
      'Without quotes YAML reads this as a number, and 3.10 is the same number as 3.1. Sluice keeps what was written; CircleCI may not, and then another version is used.',
    wrong: `version: 2.1
jobs:
  build:
»    docker: [{ image: 3.10 }]
    steps: [checkout]
`,
    right: `version: 2.1
jobs:
  build:
    docker: [{ image: "3.10" }]
    steps: [checkout]
`,
  },
  'needs-2.1': {
    meaning:
      'The file says version 2, and this feature came with version 2.1. Version 2 configs do not know commands, executors, parameters, orbs or conditions.',
    wrong: `version: 2
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  version: 2
  main:
    jobs:
      - build:
»          name: build-linux
`,
    right: inWorkflow(['build'], '      - build: { name: build-linux }\n'),
  },
  version: {
    meaning:
      'The version says by which rules the file is read. There are 2 (also written 2.0) and 2.1.',
    wrong: `»version: 3
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
  },
  'workflows-version': {
    meaning:
      'Version 2 configs had a second `version: 2` under `workflows`. In 2.1 it is not wanted, and where it is missing in version 2 CircleCI complains; Sluice takes both.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
»  version: 2
  main: { jobs: [build] }
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build] }
`,
  },
  'bad-name': {
    meaning:
      'A name is used where only a plain one works: in a check, in a variable, behind `requires`. The message says which characters are in the way.',
    wrong: inJob(`    environment:
»      "A=B": c
    steps: [checkout]
`),
    right: inJob(`    environment:
      A: B=c
    steps: [checkout]
`),
  },
  'bad-value': {
    meaning:
      'The value is of the right type and not one of those that are allowed; the message says which are.',
    wrong: inJob(`»    parallelism: 0
    steps: [checkout]
`),
    right: inJob(`    parallelism: 2
    steps: [checkout]
`),
  },
  'environment-name': {
    meaning:
      'A variable can have almost any name, but a shell reads only letters, digits and underscores after `$`, and no digit first. Steps could not get at the value.',
    wrong: inJob(`    environment:
»      NODE-ENV: test
    steps: [checkout]
`),
    right: inJob(`    environment:
      NODE_ENV: test
    steps: [checkout]
`),
  },
  'step-keys': {
    meaning:
      'A step is one word, or one key with its options indented below it. Here several keys stand side by side, most often because the options are not indented far enough.',
    wrong: inSteps(`»      - run:
        name: test
        command: make test
`),
    right: inSteps(`      - run:
          name: test
          command: make test
`),
  },
  'unknown-step': {
    meaning:
      'There is neither a built-in step nor a command of that name. Commands are declared under `commands`, or come from an orb and are then called `orb/command`.',
    wrong: inSteps(`»      - chekout
`),
    right: inSteps(`      - checkout
`),
  },
  'old-step': {
    meaning:
      'The step was called so before version 2.1, where CircleCI no longer knows it. The hint names the step of today.',
    wrong: inSteps(`»      - setup_docker_engine
`),
    right: inSteps(`      - setup_remote_docker
`),
  },
  'step-reruns': {
    meaning:
      'A step that fails can be tried again by itself, but not one in the background, whose end nobody waits for; and a delay between the tries needs a number of them.',
    wrong: inSteps(`      - run:
          command: make test
»          auto_rerun_delay: 30s
`),
    right: inSteps(`      - run:
          command: make test
          max_auto_reruns: 2
          auto_rerun_delay: 30s
`),
  },
  'resource-class': {
    meaning:
      'No resource class of that name is known, so that the job gets the default one. CircleCI adds classes from time to time; if this is a new one, nothing is wrong.',
    wrong: inJob(`»    resource_class: lagre
    steps: [checkout]
`),
    right: inJob(`    resource_class: large
    steps: [checkout]
`),
  },
  'empty-command': {
    meaning:
      'A `run` step needs a command. CircleCI refuses an empty one; to do nothing on purpose write `true`.',
    wrong: inSteps(`»      - run: ""
`),
    right: inSteps(`      - run: "true"
`),
  },
  'checkout-depth': {
    meaning:
      '`depth` says how many commits a shallow checkout fetches, so it needs `method: shallow` and must be at least 1.',
    wrong: inSteps(`»      - checkout: { depth: 5 }
`),
    right: inSteps(`      - checkout: { method: shallow, depth: 5 }
`),
  },
  'pointless-parallelism': {
    meaning: 'A job runs once unless it says otherwise, so that `parallelism: 1` can go.',
    wrong: inJob(`»    parallelism: 1
    steps: [checkout]
`),
    right: simple,
  },
} satisfies Partial<Record<Code, Explanation>>
