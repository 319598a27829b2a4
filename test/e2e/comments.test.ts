import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from '../support/stage.ts'

const patience = { timeout: 25_000 }

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.serve()
})
afterAll(() => stage[Symbol.asyncDispose]())
afterEach(async () => {
  await stage.gitHub.settled()
  if (stage.gitHub.violations.length > 0) throw new Error(stage.gitHub.violations.join('\n'))
})

const config = `version: 2.1
jobs:
  deploy:
    machine: true
    steps: [{ run: "test $SLUICE_ATTEMPT -gt 1" }]
workflows:
  ci:
    jobs:
      - hold: { type: approval }
      - deploy: { requires: [hold] }
`

/** A pull request of a branch whose approval waits. */
async function pullRequest(name: string) {
  const copy = await stage.repository(name)
  await copy.commit({ 'README.md': name })
  await copy.push('HEAD:main')
  const sha = await copy.commit({ '.circleci/config.yml': config })
  await copy.push('HEAD:feature')
  const repository = `acme/${name}`
  const { number } = await stage.gitHub.openPull({ repository, head: 'feature' })
  await expect.poll(() => stage.checks(sha)['ci / hold'], patience).toBe('action_required')
  const write = (body: string, author = 'ann') =>
    stage.gitHub.comment({ repository, number, author, body })
  const becomes = (check: string, conclusion: string) =>
    expect.poll(() => stage.checks(sha)[check], patience).toBe(conclusion)
  return { sha, repository, write, becomes }
}

test('comments below a pull request approve, re-run and cancel, and the checks answer', async () => {
  const { sha, write, becomes } = await pullRequest('comments')
  await write('Ship it!\n\n/approve hold')
  await becomes('ci / hold', 'success')
  expect(stage.check(sha, 'ci / hold').title).toContain('approved by ann')
  await becomes('ci / deploy', 'failure')
  await write('/rerun')
  await becomes('ci / deploy', 'success')
  await becomes('sluice', 'success')
  await write('/approve nothing')
  await expect
    .poll(() => stage.check(sha, 'sluice').summary ?? '', patience)
    .toContain('there is no job nothing')
})

test('a comment of somebody who may only read changes nothing, and the check says why', async () => {
  const { sha, write } = await pullRequest('readers')
  await write('/approve', 'bob')
  await expect
    .poll(() => stage.check(sha, 'ci / hold').summary ?? '', patience)
    .toMatch(/bob asked to approve.*read access/)
  expect(stage.checks(sha)['ci / hold']).toBe('action_required')
})

test('a comment whose pull request GitHub does not tell is answered as a failure, so that it comes again', async () => {
  const { write, becomes } = await pullRequest('lost')
  stage.gitHub.faults.push({ op: 'pulls/get', status: 500 })
  await write('/reject hold')
  const failed = stage.gitHub.deliveries.at(-1)
  expect(failed?.event).toBe('issue_comment')
  expect(failed?.statusCode).toBe(500)
  await write('/reject hold')
  await becomes('ci / hold', 'cancelled')
})
