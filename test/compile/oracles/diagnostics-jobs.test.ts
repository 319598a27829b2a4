import { test } from 'vitest'
import { expectClean, expectMistake, type Mistake, oneJob, oneStep } from './support.ts'

const machine = '    machine: { image: "ubuntu-2204:current" }\n'
const docker = '    docker: [{ image: "cimg/base:2024.01" }]\n'
const steps = '    steps: [checkout]'
const fine = oneJob(machine + steps)

const error = (about: string, wrong: string, says: readonly RegExp[], right = fine): Mistake => ({
  about,
  wrong,
  severity: 'error',
  says,
  right,
})

const warning = (about: string, wrong: string, says: readonly RegExp[], right = fine): Mistake => ({
  ...error(about, wrong, says, right),
  severity: 'warning',
})

const keys: readonly Mistake[] = [
  error('V7: a key of a job', oneJob(`${machine}    enviroment: { A: b } # here\n${steps}`), [
    /enviroment/,
    /environment/,
  ]),
  error('V7: a key of a step', oneStep('run: { comand: hello } # here'), [/comand/, /command/]),
  error(
    'V7: a key of an executor',
    `${fine}executors:\n  e:\n    machine: true\n    imag: x # here\n`,
    [/imag/],
  ),
  error('V7: a key of a workflow', `${fine}  other:\n    jobs: [it]\n    trigers: [] # here\n`, [
    /trigers/,
    /triggers/,
  ]),
  error('V8: nowhere to run', oneJob(steps).replace('it:', 'it: # here'), [/docker/, /machine/]),
  error(
    'V8: two places to run',
    oneJob(`${machine.trimEnd()} # here\n${docker.trimEnd()} # here\n${steps}`),
    [/docker/, /machine/],
  ),
  error('V9: no steps', oneJob(machine.trimEnd()).replace('it:', 'it: # here'), [/steps/]),
  error(
    'V10: an unknown job',
    fine.replace('w: { jobs: [it] }', 'w:\n    jobs:\n      - its # here'),
    [/its/, /\bit\b/],
  ),
  error('V10: an unknown command', oneStep('chekout # here'), [/chekout/, /checkout/]),
  error(
    'V10: an unknown command like one that is declared',
    `${oneStep('grett # here')}commands: { greet: { steps: [checkout] } }\n`,
    [/grett/, /greet/],
    `${oneStep('greet')}commands: { greet: { steps: [checkout] } }\n`,
  ),
  error(
    'V10: an unknown executor',
    `${oneJob(`    executor: smal # here\n${steps}`)}executors: { small: { machine: true } }\n`,
    [/smal/, /small/],
    `${oneJob(`    executor: small\n${steps}`)}executors: { small: { machine: { image: a } } }\n`,
  ),
  error(
    'V10: an unknown element of an orb',
    `${oneStep('my/grett # here')}orbs: { my: { commands: { greet: { steps: [checkout] } } } }\n`,
    [/grett/, /greet/],
    `${oneStep('my/greet')}orbs: { my: { commands: { greet: { steps: [checkout] } } } }\n`,
  ),
  error(
    'V11: an orb that is not to be had',
    `${oneStep('gone/greet')}orbs:\n  gone: acme/gone@1.2.3 # here\n`,
    [/acme\/gone@1\.2\.3/],
  ),
  error('V11: a reference that is none', `${fine}orbs:\n  gone: acme # here\n`, [
    /acme/,
    /@/,
    /volatile|x\.y\.z|1\.2\.3/,
  ]),
]

const said: readonly Mistake[] = [
  error(
    'V35: too many reruns of a step',
    oneStep('run: { command: a, max_auto_reruns: 6 } # here'),
    [/5/],
  ),
  error('V35: reruns of a job', oneJob(`${machine}    max_auto_reruns: 2 # here\n${steps}`), [
    /max_auto_reruns/,
  ]),
  error(
    'V36: a delay without reruns',
    oneStep('run: { command: a, auto_rerun_delay: 5s } # here'),
    [/auto_rerun_delay/, /max_auto_reruns/],
  ),
  error(
    'V36: a delay of more than ten minutes',
    oneStep('run: { command: a, max_auto_reruns: 2, auto_rerun_delay: 11m } # here'),
    [/11m/, /10 ?m/],
    oneStep('run: { command: a, max_auto_reruns: 2, auto_rerun_delay: 10m }'),
  ),
  error(
    'V37: a depth that is no number',
    oneStep('checkout: { method: shallow, depth: deep } # here'),
    [/depth/],
  ),
  error('V37: a depth of nothing', oneStep('checkout: { method: shallow, depth: 0 } # here'), [
    /depth/,
  ]),
  error('V37: a depth of everything', oneStep('checkout: { method: full, depth: 3 } # here'), [
    /depth/,
    /shallow/,
  ]),
  ...[
    ['store_test_results: {}', 'path'],
    ['store_artifacts: {}', 'path'],
    ['save_cache: { paths: [a] }', 'key'],
    ['save_cache: { key: a }', 'paths'],
    ['restore_cache: {}', 'key'],
    ['attach_workspace: {}', 'at'],
    ['persist_to_workspace: { paths: [a] }', 'root'],
    ['persist_to_workspace: { root: a }', 'paths'],
  ].map(([step = '', key = '']) =>
    error(`V38: \`${step}\``, oneStep(`${step} # here`), [new RegExp(`\\b${key}`)]),
  ),
  error('V43: no parallelism', oneJob(`${machine}    parallelism: 0 # here\n${steps}`), [
    /parallelism/,
    /0/,
  ]),
  error('V43: half a parallelism', oneJob(`${machine}    parallelism: 1.5 # here\n${steps}`), [
    /parallelism/,
  ]),
  {
    ...error('V43: parallelism of one', oneJob(`${machine}    parallelism: 1 # here\n${steps}`), [
      /1/,
    ]),
    severity: 'hint',
  },
  warning(
    'V44: an unknown class',
    oneJob(`${machine}    resource_class: hugest # here\n${steps}`),
    [/hugest/, /large/],
  ),
  error(
    'V45: a digest',
    oneJob(`    docker:\n      - image: cimg/base@sha256:abc # here\n${steps}`),
    [/sha256/, /64/],
  ),
  warning(
    'V45: an old image',
    oneJob(`    docker:\n      - image: circleci/node:12 # here\n${steps}`),
    [/cimg/],
  ),
  warning('V46: `deploy`', oneStep('deploy: ship # here'), [/deploy/, /run/]),
  warning('V46: `machine: true`', oneJob(`    machine: true # here\n${steps}`), [/image/]),
  warning(
    'V46: branches of a job',
    oneJob(`${machine}    branches: { only: main } # here\n${steps}`),
    [/branches/, /filters/],
  ),
  error('V47: a retention', oneJob(`${machine}    retention: { caches: 2w } # here\n${steps}`), [
    /2w/,
    /d/,
  ]),
]

test.each([...keys, ...said])('$about', (mistake) => expectMistake(mistake))

test('V44: a class of a pool of runners, and every documented one, is known', () => {
  for (const known of ['acme/pool', 'medium', 'medium+', '2xlarge+', 'arm.large', 'large.gen2'])
    expectClean(oneJob(`${machine}    resource_class: ${known}\n${steps}`), 'warning')
})

test('V46: `machine: true` is how a pool of runners is named', () => {
  expectClean(oneJob(`    machine: true\n    resource_class: acme/pool\n${steps}`), 'warning')
})
