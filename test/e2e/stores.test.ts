import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { WorkingCopy } from '../../src/demo/working-copy.ts'
import { type System, startSystem } from '../support/system.ts'

const patience = { timeout: 25_000 }

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.close())
afterEach(async () => {
  await system.standIn.settled()
  if (system.standIn.violations.length > 0) throw new Error(system.standIn.violations.join('\n'))
})

const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => system.checks(sha), patience).toEqual(checks)

/** A project of Node, without anything from a registry: installed, cached, tested, its reports kept. */
const config = `version: 2.1
jobs:
  test:
    machine: true
    parallelism: 1
    steps:
      - checkout
      - restore_cache:
          keys:
            - deps-{{ arch }}-{{ checksum "package-lock.json" }}
            - deps-{{ arch }}-
      - run:
          name: install
          command: |
            if [ -d node_modules/sum ]; then echo "there already"; exit; fi
            echo "installs"
            mkdir -p node_modules/sum
            echo 'module.exports = (a, b) => a + b' > node_modules/sum/index.js
      - save_cache:
          key: deps-{{ arch }}-{{ checksum "package-lock.json" }}
          paths: [node_modules]
      - run: node --test --test-reporter=junit --test-reporter-destination=reports/junit.xml
      - store_test_results:
          path: reports
      - store_artifacts:
          path: reports
          destination: test reports
      - store_artifacts:
          path: page.html
workflows:
  build:
    jobs: [test]
`
const passing = `const { test } = require('node:test')
const assert = require('node:assert')
const sum = require('sum')
test('adds', () => assert.equal(sum(1, 2), 3))
test('adds more', () => assert.equal(sum(2, 2), 4))
`
const files = {
  '.circleci/config.yml': config,
  'package-lock.json': '{"lockfileVersion":3}',
  'test/sum.test.js': passing,
  'reports/.keep': '',
  'page.html': '<script>document.title = "bad"</script><h1>hello</h1>',
}

async function push(copy: WorkingCopy, more: Readonly<Record<string, string>> = {}) {
  const sha = await copy.commit({ ...files, ...more })
  await copy.push('HEAD:main')
  return sha
}

describe('install, cache, test with JUnit, artifacts', () => {
  let copy: WorkingCopy
  beforeAll(async () => {
    copy = await system.repository('stores')
  })

  test('the first push installs and leaves a cache, its reports and its artifacts', async () => {
    const sha = await push(copy)
    await becomes(sha, { sluice: 'success', 'build / test': 'success' })
    const log = await system.jobLog(sha, 'build / test')
    expect(log).toMatch(/No cache is found for key: deps-linux-/)
    expect(log).toContain('installs\n')
    expect(log).toMatch(/Stored Cache to deps-linux-\S+=\n/)
    const { summary } = system.check(sha, 'build / test')
    expect(summary).toMatch(/\*\*2 tests\*\*: 0 failed, 0 skipped/)
    const links = [...(summary ?? '').matchAll(/\]\((http:[^)]+\/artifacts\/[^)]+)\)/g)]
    expect(links.map(([, link]) => link?.split('/artifacts/')[1])).toEqual([
      '0/page.html',
      '0/test%20reports/.keep',
      '0/test%20reports/junit.xml',
    ])
    const [html, , xml] = await Promise.all(links.map(([, link]) => fetch(link ?? '')))
    expect(await html?.text()).toBe(files['page.html'])
    expect(html?.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(html?.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    expect(await xml?.text()).toContain('<testcase name="adds"')
  })

  test('the second push finds the cache, and failed tests are annotations and a table', async () => {
    const broken = passing.replace('sum(2, 2), 4', 'sum(2, 2), 5')
    const sha = await push(copy, { 'test/sum.test.js': broken })
    await becomes(sha, { sluice: 'failure', 'build / test': 'failure' })
    const log = await system.jobLog(sha, 'build / test')
    expect(log).toMatch(/Found a cache from build \S+ at deps-linux-/)
    expect(log).toContain('there already\n')
    expect(log).toContain('Skipping cache generation, cache already exists for key: deps-')
    const check = system.check(sha, 'build / test')
    expect(check.summary).toMatch(/\*\*2 tests\*\*: 1 failed/)
    expect(check.summary).toContain('| Failed test | Where | Message |')
    expect(check.summary).toMatch(/\| `.*adds more` \| `test\/sum\.test\.js:5` \|/)
    // They are sent behind the conclusion.
    await expect
      .poll(() => system.check(sha, 'build / test').annotations)
      .toMatchObject([{ path: 'test/sum.test.js', start_line: 5, annotation_level: 'failure' }])
  })

  test('another lock file falls back to the newest cache, and leaves one of its own', async () => {
    const sha = await push(copy, { 'package-lock.json': '{"lockfileVersion":4}' })
    await becomes(sha, { sluice: 'success', 'build / test': 'success' })
    const log = await system.jobLog(sha, 'build / test')
    expect(log).toMatch(/No cache is found for key: deps-\S+\nFound a cache from build/)
    expect(log).toContain('there already\n')
    expect(log).toMatch(/Stored Cache to deps-/)
  })

  test('a test that passes when it is run again at the same commit is called flaky', async () => {
    const shaky = `${passing}test('shaky', () => {
  assert.notEqual(process.env.SLUICE_ATTEMPT, '1')
})
`
    const sha = await push(copy, { 'test/sum.test.js': shaky })
    await becomes(sha, { sluice: 'failure', 'build / test': 'failure' })
    await system.click(sha, 'build / test', 'rerun-failed')
    await becomes(sha, { sluice: 'success', 'build / test': 'success' })
    const { summary } = system.check(sha, 'build / test')
    expect(summary).toMatch(/Flaky, passed after failing at this commit: `.*shaky`/)
    const page = await system.page(new URL(system.check(sha, 'build / test').detailsUrl).pathname)
    expect(page).toContain('Flaky: passed after they had failed at the same commit')
  })
})
