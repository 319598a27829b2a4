import { expect, test } from 'vitest'
import type { Trigger } from '../../src/model/trigger.ts'
import { engineRefusal } from '../../src/worker/remote-docker.ts'
import { aRun } from '../contract/store-runs.ts'

const { trigger } = aRun().pipeline
const { owner, name, id } = trigger.repository
const own: Trigger = { ...trigger, event: { ...trigger.event, name: 'push', values: {} } }
const fork: Trigger = {
  ...trigger,
  event: {
    ...trigger.event,
    name: 'pull_request',
    values: { 'pull_request.head.repo.id': id + 1 },
  },
}

const engine = { start: async () => undefined, variables: {} }
const refusal = (
  remoteDocker: readonly string[],
  of: Trigger,
  environment: { engine?: typeof engine },
) =>
  engineRefusal(
    { tools: { executor: { kind: 'docker' }, remoteDocker }, task: { trigger: of } },
    environment,
  )

test.each([
  ['nobody is named', []],
  ['others are named', [`${owner}/${name}2`, 'other/*']],
])('no engine where %s', (_what, named) => {
  expect(refusal(named, own, { engine })).toContain(`SLUICE_REMOTE_DOCKER=${owner}/${name}`)
})

test.each([`${owner}/${name}`, `${owner}/*`, `${owner}/${name}`.toUpperCase()])(
  'an engine where %s is named',
  (named) => {
    expect(refusal(['a/b', named], own, { engine })).toBeNull()
  },
)

test('never one for a fork, nor where the executor has none', () => {
  expect(refusal([`${owner}/${name}`], fork, { engine })).toContain('fork')
  expect(refusal([`${owner}/${name}`], own, {})).toContain('docker executor only')
})
