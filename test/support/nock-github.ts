import nock from 'nock'

export const api = 'https://api.github.com'

/** Everything that is not answered by the test fails, and installation 5 gets its token. */
export function interceptGitHub(): void {
  nock.disableNetConnect()
  nock.enableNetConnect('127.0.0.1')
  nock(api)
    .persist()
    .post('/app/installations/5/access_tokens')
    .reply(201, { token: 'ghs_77_x.y-z', expires_at: '2999-01-01T00:00:00Z', permissions: {} })
}

/** Fails when an answer that the test prepared was never asked for. */
export function releaseGitHub(): void {
  const unused = nock.pendingMocks().filter((mock) => !mock.includes('access_tokens'))
  nock.cleanAll()
  nock.enableNetConnect()
  if (unused.length > 0) throw new Error(`never asked for: ${unused.join(', ')}`)
}
