import { expect, test } from 'vitest'
import type { EventOptions } from '../../src/cli/event.ts'
import { process } from '../../src/cli/process.ts'
import type { Orbs } from '../../src/ports/orbs.ts'
import { world } from './world.ts'

const config = `version: 2.1
jobs:
  build: { docker: [{ image: cimg/base:current }], steps: [checkout] }
workflows:
  main: { jobs: [build] }
`
const compiled = `version: 2
jobs:
  build:
    docker:
      - image: cimg/base:current
    steps:
      - checkout
workflows:
  version: 2
  main:
    jobs:
      - build`

const options: EventOptions = {
  branch: 'main',
  tag: null,
  event: 'push',
  sha: null,
  parameters: {},
  facts: null,
  offline: true,
}

test('it prints the compiled config', async () => {
  const { io, out, err } = world({ '.circleci/config.yml': config })
  expect(await process(null, options, io)).toBe(0)
  expect(out).toEqual([compiled])
  expect(err).toEqual([])
})

test('what it prints it prints again', async () => {
  const { io, out } = world({ '-': compiled })
  expect(await process('-', options, io)).toBe(0)
  expect(out).toEqual([compiled])
})

test('values of the pipeline are written out, and made up where nobody gave them', async () => {
  const text = config.replace(
    '[checkout]',
    '[{ run: "echo << pipeline.git.branch >> << pipeline.number >> << pipeline.project.slug >>." }]',
  )
  const { io, out } = world({ 'a.yml': text })
  expect(await process('a.yml', options, io)).toBe(0)
  expect(out[0]).toContain('          command: echo main 1 .\n')
})

test('it says so when no workflow is left', async () => {
  const { io, out, err } = world({ 'a.yml': config.replace('{ jobs', '{ when: false, jobs') })
  expect(await process('a.yml', options, io)).toBe(0)
  expect(out).toEqual(['version: 2\njobs: {}\nworkflows:\n  version: 2'])
  expect(err.join('\n')).toContain('none is left')
})

test('orbs are told with the version that was used', async () => {
  const text = `version: 2.1
orbs: { tools: acme/tools@1 }
workflows: { main: { jobs: [tools/test] } }
`
  const orb = 'version: 2.1\njobs: { test: { machine: { image: default }, steps: [checkout] } }\n'
  const orbs: Orbs = {
    fetch: async () => ({ kind: 'source', version: 'acme/tools@1.2.3', text: orb }),
  }
  const { io, out } = world({ 'a.yml': text })
  expect(await process('a.yml', options, { ...io, orbs: async () => orbs })).toBe(0)
  expect(out[0]).toMatch(/^# orb "acme\/tools@1": "acme\/tools@1\.2\.3"\nversion: 2\n/)
  const none: Orbs = { fetch: async () => ({ kind: 'opaque' }) }
  const offline = world({ 'a.yml': text })
  expect(await process('a.yml', options, { ...offline.io, orbs: async () => none })).toBe(1)
  expect(offline.out).toEqual([])
  expect(offline.err.at(-1)).toContain('without these orbs')
})

test('a config with errors has its diagnostics and no other form', async () => {
  const { io, out, err } = world({ 'a.yml': config.replace('checkout', 'chekout') })
  expect(await process('a.yml', options, io)).toBe(1)
  expect(out).toEqual([])
  expect(err.join('\n')).toContain('error unknown-step')
})

test('a file that cannot be read is a wrong call', async () => {
  const { io, err } = world({})
  expect(await process('none.yml', options, io)).toBe(2)
  expect(err).toHaveLength(1)
})
