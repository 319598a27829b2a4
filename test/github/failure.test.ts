import { expect, test } from 'vitest'
import { failureOf, unavailable } from '../../src/github/failure.ts'
import { GitHubUnavailable } from '../../src/ports/github.ts'

const now = 1_000_000

const answer = (status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  Object.assign(new Error(message), { status, response: { status, headers } })

test.each([
  ['a retry-after', answer(403, 'secondary rate limit', { 'retry-after': '7' }), 7000],
  ['a retry-after with 429', answer(429, 'slow down', { 'retry-after': '2' }), 2000],
  ['429 and nothing else', answer(429, 'slow down'), 60_000],
  ['a retry-after that is no number', answer(429, 'slow down', { 'retry-after': 'soon' }), 60_000],
  [
    'an exhausted budget',
    answer(403, 'API rate limit exceeded', {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1030',
    }),
    31_000,
  ],
  [
    'a reset that has passed',
    answer(403, 'limit', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '10' }),
    1000,
  ],
  ['a reset far away', answer(403, 'x', { 'retry-after': '999999' }), 3_600_000],
  [
    'a secondary limit without headers',
    answer(403, 'You have exceeded a secondary rate limit'),
    60_000,
  ],
])('%s means to wait so long', (_, error, waitMs) => {
  expect(failureOf(error, now)).toMatchObject({ kind: 'limited', waitMs })
})

test.each([
  [
    'a lost connection, which Octokit calls 500',
    Object.assign(new Error('reset'), { status: 500 }),
  ],
  ['an answer of 502', answer(502, 'bad gateway')],
  ['any other error', new TypeError('boom')],
])('%s leaves open whether it happened', (_, error) => {
  expect(failureOf(error, now).kind).toBe('unanswered')
})

test('a plain 403 is a refusal, with its status and message on one line', () => {
  expect(failureOf(answer(403, 'Resource not\naccessible'), now)).toEqual({
    kind: 'refused',
    status: 403,
    message: 'Resource not accessible',
  })
})

test('those who only ask hear what was asked, what GitHub said, and how long to wait', () => {
  const limited = unavailable(
    answer(429, 'slow down', { 'retry-after': '2' }),
    'cannot read x',
    now,
  )
  expect(limited).toBeInstanceOf(GitHubUnavailable)
  expect(limited.retryAfterMs).toBe(2000)
  expect(unavailable(answer(403, 'no'), 'cannot read x', now).message).toBe(
    'cannot read x: no (403)',
  )
})
