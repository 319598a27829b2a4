import { expect, test } from 'vitest'
import { ask, installationToken, openLab } from './support/github.ts'

const approve = { label: 'Approve', identifier: 'approve', description: 'Go on' }

const openBench = async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' })
  const token = await installationToken(lab.github)
  const create = async (name: string, state: object): Promise<number> => {
    const body = { name, head_sha: sha, ...state }
    return (await ask(lab.github, token, 'POST /repos/acme/shop/check-runs', body)).body.id
  }
  const update = (id: number, state: object) =>
    ask(lab.github, token, `PATCH /repos/acme/shop/check-runs/${id}`, state)
  return { ...lab, sha, create, update }
}

test('a click tells the App which button of which run, and who', async () => {
  const bench = await openBench()
  const id = await bench.create('hold', { conclusion: 'action_required', actions: [approve] })
  await bench.github.ui.clickAction(id, 'approve', 'ann')
  const [click] = await bench.webhooks('check_run.requested_action')
  expect(click?.payload).toMatchObject({
    requested_action: { identifier: 'approve' },
    check_run: { id, name: 'hold', conclusion: 'action_required' },
    sender: { login: 'ann', id: bench.ann.id, type: 'User' },
  })
  expect(bench.github.violations).toEqual([])
})

test('a button that is not there cannot be pressed, nor by somebody who is not', async () => {
  const bench = await openBench()
  const id = await bench.create('hold', { actions: [approve] })
  const { ui } = bench.github
  await expect(ui.clickAction(id, 'reject', 'ann')).rejects.toThrow(
    'no button reject; it has: approve',
  )
  await expect(ui.clickAction(id, 'approve', 'ghost')).rejects.toThrow('nobody is called ghost')
  await expect(ui.clickAction(1, 'approve', 'ann')).rejects.toThrow('no check run 1')
  expect(await bench.webhooks('check_run.requested_action')).toEqual([])
})

test('a change without buttons keeps them, an empty list takes them away', async () => {
  const bench = await openBench()
  const id = await bench.create('hold', { actions: [approve] })
  await bench.update(id, { output: { summary: 'still' } })
  await bench.github.ui.clickAction(id, 'approve', 'ann')
  await bench.update(id, { actions: [] })
  await expect(bench.github.ui.clickAction(id, 'approve', 'ann')).rejects.toThrow('has: none')
})

test('only completed runs have a re-run button, and pressing it changes nothing about the run', async () => {
  const bench = await openBench()
  const id = await bench.create('build', { status: 'in_progress' })
  await expect(bench.github.ui.rerun(id, 'ann')).rejects.toThrow('no Re-run button')
  await bench.update(id, { conclusion: 'failure' })
  await bench.github.ui.rerun(id, 'ann')
  const [asked] = await bench.webhooks('check_run.rerequested')
  expect(asked?.payload).toMatchObject({
    check_run: {
      id,
      status: 'completed',
      conclusion: 'failure',
      check_suite: { status: 'queued' },
    },
    sender: { login: 'ann' },
  })
  expect(bench.github.violations).toEqual([])
})

test('re-running what failed asks for each failed run of the newest, or once for the suite', async () => {
  const bench = await openBench()
  await bench.create('build', { conclusion: 'failure' })
  await bench.create('build', { conclusion: 'success' })
  await expect(bench.github.ui.rerunFailed(bench.sha, 'ann')).rejects.toThrow('nothing failed')
  const broken = await bench.create('test', { conclusion: 'failure' })
  const lint = await bench.create('lint', { conclusion: 'cancelled' })
  await bench.create('hold', { conclusion: 'action_required' })
  await bench.github.ui.rerunFailed(bench.sha, 'ann')
  const asked = await bench.webhooks('check_run.rerequested')
  const ids = asked.map(({ payload }) => payload.check_run.id)
  expect(new Set(ids)).toEqual(new Set([broken, lint]))
  expect(ids).toHaveLength(2)
  await bench.github.ui.rerunFailed(bench.sha, 'ann', 'check_suite')
  expect(await bench.webhooks('check_suite.rerequested')).toHaveLength(1)
  expect(bench.github.violations).toEqual([])
})

test('re-running all asks for the suite', async () => {
  const bench = await openBench()
  await expect(bench.github.ui.rerunAll(bench.sha, 'ann')).rejects.toThrow('no checks')
  await bench.create('build', { conclusion: 'success' })
  await bench.github.ui.rerunAll(bench.sha, 'ann')
  const [asked] = await bench.webhooks('check_suite.rerequested')
  expect(asked?.payload).toMatchObject({
    check_suite: { head_sha: bench.sha },
    sender: { login: 'ann' },
  })
  await expect(bench.github.ui.rerunAll('f'.repeat(40), 'ann')).rejects.toThrow('no checks')
})
