import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { git } from './support/git.ts'
import { appJwt, ask, openLab } from './support/github.ts'

interface Item {
  readonly id: number
  readonly guid: string
  readonly status: string
  readonly event: string
  readonly redelivery: boolean
}

test('what the App did not answer with success is in the delivery log, and can be had again', async () => {
  const lab = await openLab()
  lab.answerWith(500)
  await lab.push({ 'a.txt': 'one' })
  await lab.github.settled()
  lab.answerWith(202)
  const jwt = appJwt(lab.github)
  const failed = await ask(lab.github, jwt, 'GET /app/hook/deliveries?status=failure')
  const push: Item = failed.body.find((one: Item) => one.event === 'push')
  expect(push).toMatchObject({
    status: 'Invalid HTTP Response: 500',
    status_code: 500,
    redelivery: false,
  })
  const answer = await ask(lab.github, jwt, `POST /app/hook/deliveries/${push.id}/attempts`)
  expect(answer.status).toBe(202)
  const [first, second] = await lab.webhooks('push')
  expect(second?.body).toBe(first?.body)
  expect(second?.headers['x-github-delivery']).toBe(push.guid)
  const all = await ask(lab.github, jwt, 'GET /app/hook/deliveries')
  expect(all.body[0]).toMatchObject({ guid: push.guid, status: 'OK', redelivery: true })
  expect(lab.github.violations).toEqual([])
})

test('a delivery shows what was sent and what was answered', async () => {
  const lab = await openLab()
  await lab.push({ 'a.txt': 'one' })
  await lab.github.settled()
  const id = lab.github.deliveries.find((one) => one.event === 'push')?.id
  const { body } = await ask(lab.github, appJwt(lab.github), `GET /app/hook/deliveries/${id}`)
  expect(body).toMatchObject({
    event: 'push',
    repository_id: lab.repository.id,
    request: { payload: { ref: 'refs/heads/main' }, headers: { 'x-github-event': 'push' } },
  })
  expect(lab.github.violations).toEqual([])
})

test('the log goes in pages by cursor, newest first', async () => {
  const lab = await openLab()
  for (const content of ['1', '2', '3']) await lab.push({ 'a.txt': content })
  await lab.github.settled()
  const jwt = appJwt(lab.github)
  const first = await ask(lab.github, jwt, 'GET /app/hook/deliveries?per_page=4')
  const [, next = ''] = /api\/v3([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '') ?? []
  const second = await ask(lab.github, jwt, `GET ${next}`)
  const ids = [...first.body, ...second.body].map((one: Item) => one.id)
  expect(ids).toEqual(lab.github.deliveries.map((one) => one.id).toReversed())
  expect(second.headers.get('link')).toBeNull()
  expect(lab.github.violations).toEqual([])
})

test('lost webhooks do not arrive, but are on the log as failed', async () => {
  const lab = await openLab({ events: ['push'] })
  lab.github.webhooks.drop((parcel) => parcel.event === 'push')
  await lab.push({ 'a.txt': 'one' })
  lab.github.webhooks.dropNone()
  await lab.push({ 'a.txt': 'two' })
  expect(await lab.webhooks('push')).toHaveLength(1)
  const statuses = lab.github.deliveries
    .filter((one) => one.event === 'push')
    .map((one) => one.status)
  expect(statuses).toEqual(['failed to connect to host', 'OK'])
})

test('the next so many can be lost', async () => {
  const lab = await openLab()
  lab.github.webhooks.drop(2)
  await lab.push({ 'a.txt': 'one' })
  await lab.push({ 'a.txt': 'two' })
  await lab.github.settled()
  expect(lab.received).toHaveLength(2)
})

test('duplicates carry the same delivery id', async () => {
  const lab = await openLab()
  lab.github.webhooks.duplicate = true
  await lab.push({ 'a.txt': 'one' })
  const ids = (await lab.webhooks('push')).map((one) => one.headers['x-github-delivery'])
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
})

test('late webhooks arrive after the push has been answered', async () => {
  const lab = await openLab()
  lab.github.webhooks.delayMs = 1000
  await lab.push({ 'a.txt': 'one' })
  expect(lab.received).toEqual([])
  expect(await lab.webhooks('push')).toHaveLength(1)
})

test('shuffled webhooks all arrive, in another order', async () => {
  const lab = await openLab()
  lab.github.webhooks.shuffle = true
  const sha = await lab.push({ 'a.txt': 'one' })
  const names = Array.from({ length: 12 }, (_, index) => `job ${index}`)
  const foreign = { repository: 'acme/shop', sha, app: 'other' }
  await Promise.all(names.map((name) => lab.github.addForeignRun({ ...foreign, name })))
  const order = (await lab.webhooks('check_run.created')).map(
    ({ payload }) => payload.check_run.name,
  )
  expect(order).toHaveLength(12)
  expect(new Set(order)).toEqual(new Set(names))
  expect(order).not.toEqual(names)
})

test('an App that takes too long has failed, and is cut off', async () => {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const lab = await openLab({ webhookTimeoutMs: 100, webhookUrl: `http://127.0.0.1:${port}/` })
  await lab.push({ 'a.txt': 'one' })
  await lab.github.settled()
  expect(lab.github.deliveries.map((one) => one.status)).toEqual(['timed out', 'timed out'])
})

test('an App that is not there has failed; its webhooks can be had once it is', async () => {
  const lab = await openLab()
  lab.github.setWebhookUrl('http://127.0.0.1:1/hook')
  await lab.push({ 'a.txt': 'one' })
  lab.github.setWebhookUrl(null)
  await lab.push({ 'a.txt': 'two' })
  await lab.github.settled()
  const statuses = new Set(lab.github.deliveries.map((one) => one.status))
  expect([...statuses]).toEqual(['failed to connect to host'])
})

test('a payload of more than 25 MB is not sent at all', async () => {
  const lab = await openLab()
  // The push carries the message twice, the suite once.
  await writeFile(join(lab.clone, '../message'), 'x'.repeat(13 * 1024 * 1024))
  await git(lab.clone, 'commit', '--allow-empty', '-qF', '../message')
  await git(lab.clone, 'push', '-q', 'origin', 'HEAD:main')
  expect(await lab.webhooks('check_suite.requested')).toHaveLength(1)
  expect(lab.github.deliveries.map((one) => one.event)).toEqual(['check_suite'])
})

test("another App's checks are heard of, but not its re-runs", async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' })
  const foreign = { repository: 'acme/shop', sha, app: 'github-actions', name: 'lint' }
  const run = await lab.github.addForeignRun({ ...foreign, conclusion: 'failure' })
  await lab.github.ui.rerun(run.id, 'ann')
  expect(await lab.webhooks('check_run.completed')).toHaveLength(1)
  expect(await lab.webhooks('check_run.rerequested')).toEqual([])
  expect(lab.github.runs(sha)).toEqual([])
  expect(lab.github.violations).toEqual([])
})
