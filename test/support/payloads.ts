/** Payloads with what Sluice reads, and no more: real ones are sent by the stand-in, end to end. */
export const repository = {
  id: 11,
  name: 'shop',
  full_name: 'acme/shop',
  owner: { id: 1, login: 'acme', name: 'acme' },
  private: true,
  default_branch: 'main',
  url: 'https://api.github.com/repos/acme/shop',
  clone_url: 'https://evil.example/acme/shop.git',
  html_url: 'https://evil.example/acme/shop',
}

export const sender = { id: 21, login: 'ann', type: 'User', avatar_url: 'https://a.example/1' }
export const headSha = 'b'.repeat(40)
export const zeros = '0'.repeat(40)

export const pushPayload = (change: Readonly<Record<string, unknown>> = {}) => ({
  ref: 'refs/heads/main',
  before: 'c'.repeat(40),
  after: headSha,
  created: false,
  deleted: false,
  forced: false,
  base_ref: null,
  head_commit: {
    id: headSha,
    message: 'Add a shop\n\nWith doors.\nAnd windows.\n',
    url: `https://github.com/acme/shop/commit/${headSha}`,
    author: { name: 'Ann', email: 'ann@example.org', username: 'ann' },
  },
  commits: [],
  repository,
  installation: { id: 5 },
  pusher: { name: 'ann', email: 'ann@example.org' },
  sender,
  ...change,
})

export const checkRunPayload = (
  externalId: string,
  change: Readonly<Record<string, unknown>> = {},
) => ({
  action: 'requested_action',
  check_run: {
    id: 9,
    external_id: externalId,
    head_sha: headSha,
    app: { id: 77, slug: 'sluice' },
  },
  requested_action: { identifier: 'approve' },
  repository,
  installation: { id: 5 },
  sender,
  ...change,
})

export const checkSuitePayload = (change: Readonly<Record<string, unknown>> = {}) => ({
  action: 'rerequested',
  check_suite: { id: 3, head_sha: headSha, head_branch: null, app: { id: 77, slug: 'sluice' } },
  repository,
  installation: { id: 5 },
  sender,
  ...change,
})
