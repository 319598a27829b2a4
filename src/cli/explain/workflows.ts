import type { Code } from '../../compile/codes.ts'
import { type Explanation, inJob, inWorkflow } from './explanation.ts'

const chain = inWorkflow(
  ['build', 'test'],
  `      - build
      - test: { requires: [build] }
`,
)

/** Jobs and workflows. */
export const workflows = {
  'no-executor': {
    meaning:
      'A job must say where its steps run: in containers (`docker`), on a machine (`machine`), or in an executor declared elsewhere (`executor`). There is no default.',
    wrong: `version: 2.1
jobs:
»  build:
    steps: [checkout]
`,
    right: `version: 2.1
jobs:
  build:
    docker: [{ image: cimg/base:current }]
    steps: [checkout]
`,
  },
  'two-executors': {
    meaning: 'A job runs in one place. With two it cannot be told which one was meant.',
    wrong: inJob(`»    machine: true
    steps: [checkout]
`),
    right: inJob('    steps: [checkout]\n'),
  },
  'no-steps': {
    meaning:
      'An ordinary job is its steps; without any it would start a container to do nothing. Only the other types (approval, no-op, release, lock, unlock) have none.',
    wrong: `version: 2.1
jobs:
»  build:
    docker: [{ image: cimg/base:current }]
`,
    right: `version: 2.1
jobs:
  build:
    docker: [{ image: cimg/base:current }]
    steps: [checkout]
`,
  },
  'ignored-steps': {
    meaning:
      'Jobs of this type run nothing, so that their steps have no effect. Take them out, or take out the type.',
    wrong: `version: 2.1
jobs:
  gate:
    type: no-op
»    steps: [checkout]
workflows:
  main: { jobs: [gate] }
`,
    right: `version: 2.1
jobs:
  gate:
    type: no-op
workflows:
  main: { jobs: [gate] }
`,
  },
  'duplicate-job': {
    meaning:
      'Two jobs differ only in upper and lower case. Checks and branch protection treat such names as different, people do not.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
»  Build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build, Build] }
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
  build-docs: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build, build-docs] }
`,
  },
  'unused-job': {
    meaning: 'A job runs only if a workflow lists it. This one is never listed.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
»  test: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build] }
`,
    right: chain,
  },
  'no-workflow': {
    meaning:
      'A push starts workflows. Without any, only a job with the name build runs, as a workflow of its own; here there is neither.',
    wrong: `»version: 2.1
jobs:
  test: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
    right: `version: 2.1
jobs:
  test: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [test] }
`,
  },
  'empty-workflow': {
    meaning: 'A workflow is its jobs. CircleCI refuses one without any.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build] }
»  nightly:
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build] }
`,
  },
  'unknown-job': {
    meaning:
      'A workflow lists a job that is not declared under `jobs`. A job of an orb is called `orb/job`; an approval needs `type: approval` and no declaration.',
    wrong: inWorkflow(
      ['build'],
      `      - build
»      - biuld-docs
`,
    ),
    right: inWorkflow(
      ['build', 'build-docs'],
      `      - build
      - build-docs
`,
    ),
  },
  'unexpected-argument': {
    meaning:
      'Keys of a job in a workflow are its own (`requires`, `context`, `filters` and so on) or arguments for parameters that the job declares. This is neither; often it is a key of the job itself.',
    wrong: inWorkflow(
      ['build'],
      `      - build:
»          parallelism: 4
`,
    ),
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], parallelism: 4, steps: [checkout] }
workflows:
  main:
    jobs:
      - build
`,
  },
  'invocation-keys': {
    meaning:
      'Each item under `jobs` of a workflow names one job, with its keys indented below it. Here they stand beside the name, where they would be further jobs.',
    wrong: inWorkflow(
      ['build', 'test'],
      `      - build
      - test:
»        requires: [build]
`,
    ),
    right: chain,
  },
  'job-type': {
    meaning:
      'In a workflow only `type: approval` can stand. The other types belong to the job, under `jobs`: build (the default), no-op, release, lock and unlock.',
    wrong: inWorkflow(
      ['build'],
      `      - build
»      - gate: { type: no-op, requires: [build] }
`,
    ),
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
  gate: { type: no-op }
workflows:
  main:
    jobs:
      - build
      - gate: { requires: [build] }
`,
  },
  'approval-name': {
    meaning:
      'An approval has the name of a job with steps. It only waits for somebody to approve; the steps do not run, although it looks as if they did.',
    wrong: inWorkflow(
      ['build', 'deploy'],
      `      - build
»      - deploy: { type: approval, requires: [build] }
`,
    ),
    right: inWorkflow(
      ['build', 'deploy'],
      `      - build
      - approve-deploy: { type: approval, requires: [build] }
      - deploy: { requires: [approve-deploy] }
`,
    ),
  },
  'unknown-requirement': {
    meaning:
      'A job waits for one that this workflow does not have, so it could never start. What counts is the name in this workflow: that of `name:` where there is one.',
    wrong: inWorkflow(
      ['build', 'test'],
      `      - build
»      - test: { requires: [biuld] }
`,
    ),
    right: chain,
  },
  'ambiguous-requirement': {
    meaning:
      'The required name stands for several jobs of the workflow. CircleCI puts numbers behind equal names only after that, so a number cannot be required either. Names of their own help.',
    wrong: inWorkflow(
      ['build', 'test'],
      `      - build
      - build
»      - test: { requires: [build] }
`,
    ),
    right: inWorkflow(
      ['build', 'test'],
      `      - build: { name: build-old }
      - build: { name: build-new }
      - test: { requires: [build-old, build-new] }
`,
    ),
  },
  'repeated-requirement': {
    meaning:
      'The same job is required twice. It then must end in a way that both allow; written once, with all statuses that are meant, it is easier to read.',
    wrong: inWorkflow(
      ['build', 'test'],
      `      - build
»      - test: { requires: [build, build] }
`,
    ),
    right: chain,
  },
  'requires-cycle': {
    meaning: 'Each of these jobs waits for another one of them, so none of them could ever start.',
    wrong: inWorkflow(
      ['build', 'test'],
      `»      - build: { requires: [test] }
      - test: { requires: [build] }
`,
    ),
    right: chain,
  },
  'all-statuses': {
    meaning:
      'All five statuses together say that the job runs however the other one ends. There is a word for it.',
    wrong: inWorkflow(
      ['build', 'tidy'],
      `      - build
»      - tidy: { requires: [build: [success, failed, canceled, unauthorized, not_run]] }
`,
    ),
    right: inWorkflow(
      ['build', 'tidy'],
      `      - build
      - tidy: { requires: [build: terminal] }
`,
    ),
  },
  'job-group': {
    meaning:
      'A job group is called in a workflow like a job. Groups cannot hold groups, the same name cannot be called twice, and a call takes only `name`, `requires`, `filters` and `serial-group`.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
job-groups:
  all: { jobs: [build] }
workflows:
  main:
    jobs:
      - all:
»          context: org
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
job-groups:
  all: { jobs: [build: { context: org }] }
workflows:
  main:
    jobs:
      - all
`,
  },
  'serial-group': {
    meaning:
      'Jobs with the same serial group run one after the other, in all pipelines of the organization. Its name has up to 512 letters, digits, dots, hyphens, underscores and slashes.',
    wrong: inWorkflow(
      ['deploy'],
      `      - deploy:
»          serial-group: my deploys
`,
    ),
    right: inWorkflow(
      ['deploy'],
      `      - deploy:
          serial-group: my-deploys
`,
    ),
  },
  'when-and-unless': {
    meaning: 'A workflow has one condition. Two of them can be joined in one logic statement.',
    wrong: `version: 2.1
parameters:
  a: { type: boolean, default: false }
  b: { type: boolean, default: false }
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main:
    when: << pipeline.parameters.a >>
»    unless: << pipeline.parameters.b >>
    jobs: [build]
`,
    right: `version: 2.1
parameters:
  a: { type: boolean, default: false }
  b: { type: boolean, default: false }
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main:
    when: pipeline.parameters.a and not pipeline.parameters.b
    jobs: [build]
`,
  },
  'max-auto-reruns': {
    meaning:
      'A workflow that fails can be run again by itself, from the failed jobs, once to five times.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main:
»    max_auto_reruns: 10
    jobs: [build]
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main:
    max_auto_reruns: 3
    jobs: [build]
`,
  },
  schedule: {
    meaning:
      'A schedule needs a cron expression with five fields, in UTC, and must say on which branches it runs. What cannot be followed would silently never run.',
    wrong: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  nightly:
    triggers:
      - schedule:
»          cron: "0 24 * * *"
          filters: { branches: { only: main } }
    jobs: [build]
`,
    right: `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  nightly:
    triggers:
      - schedule:
          cron: "0 0 * * *"
          filters: { branches: { only: main } }
    jobs: [build]
`,
  },
  setup: {
    meaning:
      'A config with `setup: true` runs one workflow, in which a job makes the config that the pipeline continues with. More than one workflow could continue it twice.',
    wrong: {
      text: `version: 2.1
setup: true
jobs:
  prepare: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  first: { jobs: [prepare] }
»  second: { jobs: [prepare] }
`,
      push: { branch: 'main' },
    },
    right: {
      text: `version: 2.1
setup: true
jobs:
  prepare: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  first: { jobs: [prepare] }
`,
      push: { branch: 'main' },
    },
  },
  'conflicting-parameters': {
    meaning:
      'A pipeline parameter got one value when the pipeline was started and another one when it was continued. It cannot have both, and CircleCI refuses it as well.',
    wrong: {
      text: `version: 2.1
parameters:
»  deploy: { type: boolean, default: false }
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
      push: { branch: 'main', continuation: { parameters: { deploy: true }, taken: ['deploy'] } },
    },
    right: {
      text: `version: 2.1
parameters:
  deploy: { type: boolean, default: false }
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
`,
      push: { branch: 'main', continuation: { parameters: { deploy: true }, taken: [] } },
    },
  },
  'too-many-contexts': {
    meaning: 'One config can name a hundred different contexts, here as on CircleCI.',
    wrong: {
      told: 'A job with a hundred and one contexts.',
      text: () => {
        const names = Array.from({ length: 101 }, (_, at) => `context-${at}`).join(', ')
        return inWorkflow(['build'], `»      - build: { context: [${names}] }\n`)
      },
    },
    right: inWorkflow(['build'], '      - build: { context: [org, team] }\n'),
  },
  'too-many-problems': {
    meaning:
      'A file can be wrong in thousands of ways at once. The first hundred are shown; when they are mended, the next ones are.',
    wrong: {
      told: 'A workflow with two hundred jobs that do not exist.',
      text: () =>
        `»${inWorkflow(['build'], Array.from({ length: 200 }, (_, at) => `      - job-${at}\n`).join(''))}`,
    },
    right: inWorkflow(['build'], '      - build\n'),
  },
} satisfies Partial<Record<Code, Explanation>>
