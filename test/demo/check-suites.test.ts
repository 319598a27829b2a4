import { expect, test } from 'vitest'
import { ask, installationToken, openLab } from './support/github.ts'

const openBench = async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' })
  const token = await installationToken(lab.github)
  const asked = (request: string, body?: unknown) => ask(lab.github, token, request, body)
  const create = async (name: string, state: object) =>
    (await asked('POST /repos/acme/shop/check-runs', { name, head_sha: sha, ...state })).body
  const suite = async () => {
    const list = await asked(`GET /repos/acme/shop/commits/${sha}/check-suites`)
    expect(list.body.total_count).toBe(1)
    return list.body.check_suites[0]
  }
  return { ...lab, sha, ask: asked, create, suite }
}

test('the push made the suite, so asking for one answers 200; for another commit 201', async () => {
  const bench = await openBench()
  const path = 'POST /repos/acme/shop/check-suites'
  const known = await bench.ask(path, { head_sha: bench.sha })
  expect(known).toMatchObject({ status: 200, body: { head_sha: bench.sha, head_branch: 'main' } })
  const sha = await bench.push({}, 'quiet\n\n\nskip-checks: true')
  expect((await bench.ask(path, { head_sha: sha })).status).toBe(201)
  expect((await bench.ask(path, { head_sha: 'a'.repeat(40) })).status).toBe(422)
})

test('a commit has one suite of the App, whatever runs it gets', async () => {
  const bench = await openBench()
  const one = await bench.create('build', {})
  const two = await bench.create('test', {})
  expect(one.check_suite.id).toBe(two.check_suite.id)
  const listed = await bench.ask(
    `GET /repos/acme/shop/check-suites/${one.check_suite.id}/check-runs`,
  )
  expect(listed.body.total_count).toBe(2)
  expect(bench.github.violations).toEqual([])
})

test('the suite is as far as its runs, and as bad as the worst of the newest', async () => {
  const bench = await openBench()
  const state = async () => {
    const { status, conclusion } = await bench.suite()
    return [status, conclusion]
  }
  expect(await state()).toEqual(['queued', null])
  await bench.create('build', { conclusion: 'success' })
  expect(await state()).toEqual(['completed', 'success'])
  await bench.create('test', { status: 'queued' })
  expect(await state()).toEqual(['in_progress', null])
  await bench.create('test', { conclusion: 'timed_out' })
  expect(await state()).toEqual(['completed', 'timed_out'])
  await bench.create('test', { conclusion: 'skipped' })
  expect(await state()).toEqual(['completed', 'success'])
  expect(bench.github.violations).toEqual([])
})

test('the suite can be asked for again', async () => {
  const bench = await openBench()
  await bench.create('build', { conclusion: 'failure' })
  const { id } = await bench.suite()
  expect((await bench.ask(`POST /repos/acme/shop/check-suites/${id}/rerequest`)).status).toBe(201)
  const [asked] = await bench.webhooks('check_suite.rerequested')
  expect(asked?.payload.check_suite).toMatchObject({ id, status: 'queued', head_sha: bench.sha })
  expect((await bench.ask(`GET /repos/acme/shop/check-suites/${id}`)).body.status).toBe('queued')
  expect(bench.github.violations).toEqual([])
})
