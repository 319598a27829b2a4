import { expect, test, vi } from 'vitest'
import { ids, page, webApp } from './support.ts'

const event = { pipelineId: ids.pipeline, at: 0, type: 'rerun-due' } as const

test('healthz is well whatever the database does', async () => {
  const ping = () => Promise.reject(new Error('gone'))
  expect(await page({ views: { ping } }, '/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
})

test('readyz says that it is ready, and how many events were set aside', async () => {
  const conveyor = { aside: async () => [{ event, error: 'secret' }] }
  expect(await page({ conveyor }, '/readyz')).toMatchObject({
    status: 200,
    text: 'ready\nworkers: 1\nevents set aside: 1\n',
  })
})

test.each(['ping', 'workers'] as const)(
  'readyz is 503 with the reason when %s fails',
  async (name) => {
    const { status, text } = await page(
      { views: { [name]: () => Promise.reject(new Error('no route')) } },
      '/readyz',
    )
    expect(status).toBe(503)
    expect(text).toBe('not ready: the database does not answer: no route\n')
  },
)

test('readyz does not wait for ever', async () => {
  vi.useFakeTimers()
  const answer = webApp({ views: { ping: () => new Promise(() => {}) } }).request('/readyz')
  await vi.advanceTimersByTimeAsync(5000)
  vi.useRealTimers()
  expect((await answer).status).toBe(503)
})
