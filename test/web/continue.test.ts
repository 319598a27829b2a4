import { expect, test } from 'vitest'
import type { ContinuationAnswer, ContinuationWish } from '../../src/ports/continuations.ts'
import { ids, webApp } from './support.ts'

/** The API over a pipeline whose key is `right`. */
function api(answer: ContinuationAnswer = 'accepted') {
  const wishes: ContinuationWish[] = []
  const app = webApp({
    continuations: {
      request: async (wish) => {
        wishes.push(wish)
        return answer
      },
    },
    continuationKeys: { pipelineOf: (key) => (key === 'right' ? ids.pipeline : null) },
  })
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const request = { method: 'POST', body: text, headers }
    const response = await app.request('/api/v2/pipeline/continue', request)
    const { message } = Object(await response.json())
    return { status: response.status, message: String(message) }
  }
  return { post, wishes }
}

const asked = { 'continuation-key': 'right', configuration: 'version: 2.1\n', parameters: { a: 1 } }

test('the right key continues its pipeline with the config and the parameters', async () => {
  const { post, wishes } = api()
  expect((await post(asked)).status).toBe(200)
  expect(wishes).toEqual([
    {
      pipelineId: ids.pipeline,
      by: expect.stringMatching(/^api:/),
      config: { file: null, text: 'version: 2.1\n', parameters: { a: 1 } },
    },
  ])
})

test('parameters may be left out', async () => {
  const { post, wishes } = api()
  const { parameters: _, ...bare } = asked
  expect((await post(bare)).status).toBe(200)
  expect(wishes[0]?.config?.parameters).toEqual({})
})

test.each([
  ['taken', 409, 'once only'],
  ['too-late', 400, 'six hours'],
  ['not-setup', 400, 'setup: true'],
  ['unknown', 404, 'no such pipeline'],
] as const)('a request that is %s is answered with %i', async (answer, status, says) => {
  const said = await api(answer).post(asked)
  expect(said.status).toBe(status)
  expect(said.message).toContain(says)
})

test.each([
  ['a wrong key', { ...asked, 'continuation-key': 'wrong' }, 401, 'continuation-key'],
  ['no key', { ...asked, 'continuation-key': undefined }, 400, 'continuation-key is missing'],
  ['a config that is no text', { ...asked, configuration: {} }, 400, 'configuration is missing'],
  ['a list of parameters', { ...asked, parameters: [] }, 400, 'no JSON object'],
  ['a long parameter', { ...asked, parameters: { a: 'x'.repeat(513) } }, 400, 'parameter a'],
  ['a list', [asked], 400, 'continuation-key is missing'],
  ['no object', 'null', 400, 'no JSON object'],
  ['no JSON', '{', 400, 'no JSON'],
  ['a config of 9 MB', { ...asked, configuration: 'x'.repeat(9_000_000) }, 400, '8388608 bytes'],
  ['a body of 30 MB', 'x'.repeat(30_000_000), 413, 'bytes'],
])('%s is refused', async (_name, body, status, says) => {
  const { post, wishes } = api()
  const said = await post(body)
  expect(said.status).toBe(status)
  expect(said.message).toContain(says)
  expect(said.message).not.toContain('right')
  expect(wishes).toEqual([])
})

test('a page of another site cannot continue anything', async () => {
  const app = webApp()
  const request = { method: 'POST', body: '{}', headers: { 'sec-fetch-site': 'cross-site' } }
  expect((await app.request('/api/v2/pipeline/continue', request)).status).toBe(403)
})
