import { expect, test } from 'vitest'
import { ask, installationToken, openLab } from './support/github.ts'

const openBench = async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' })
  const token = await installationToken(lab.github)
  const create = (name: string) =>
    ask(lab.github, token, 'POST /repos/acme/shop/check-runs', { name, head_sha: sha })
  const names = () => lab.github.runs(sha).map((run) => run.name)
  return { ...lab, create, names }
}

test('a request can be refused before it has an effect', async () => {
  const bench = await openBench()
  bench.github.faults.push({ op: 'checks/create', status: 502 })
  expect((await bench.create('build')).status).toBe(502)
  expect(bench.names()).toEqual([])
  expect((await bench.create('build')).status).toBe(201)
  expect(bench.github.violations).toEqual([])
})

test('an answer can be lost after the effect', async () => {
  const bench = await openBench()
  bench.github.faults.push({ op: 'checks/create', status: 'drop' })
  await expect(bench.create('build')).rejects.toThrow('fetch failed')
  expect(bench.names()).toEqual(['build'])
  expect(bench.github.requests.at(-1)).toMatchObject({ op: 'checks/create', status: 0 })
})

test('a connection can be cut before the effect, and a refusal can come after it', async () => {
  const bench = await openBench()
  bench.github.faults.push({ op: 'checks/create', status: 'drop', before: true })
  await expect(bench.create('build')).rejects.toThrow('fetch failed')
  expect(bench.names()).toEqual([])
  bench.github.faults.push({ op: 'checks/create', status: 504, before: false })
  expect((await bench.create('test')).status).toBe(504)
  expect(bench.names()).toEqual(['test'])
})

test('a limit says how long to wait', async () => {
  const bench = await openBench()
  bench.github.faults.push({ op: 'checks/create', status: 429, headers: { 'retry-after': '7' } })
  const answer = await bench.create('build')
  expect(answer.status).toBe(429)
  expect(answer.headers.get('retry-after')).toBe('7')
  expect(answer.body.message).toContain('secondary rate limit')
})

test('faults let some pass, hit as often as asked, and leave other requests alone', async () => {
  const bench = await openBench()
  bench.github.faults.push({ op: 'checks/create', status: 500, skip: 1, times: 2 })
  const statuses = []
  for (const name of ['a', 'b', 'c', 'd']) statuses.push((await bench.create(name)).status)
  expect(statuses).toEqual([201, 500, 500, 201])
  bench.github.faults.push({ op: 'checks/update', status: 500 })
  expect((await bench.create('e')).status).toBe(201)
  bench.github.faults.push({ op: '*', status: 500 })
  expect((await bench.create('f')).status).toBe(500)
})
