import type { Caller } from './authenticate.ts'
import { Refusal } from './refusal.ts'
import { grants } from './tokens.ts'

/** Who may ask for an operation: the App with its JWT, anybody, any token, or a token that may this. */
type Requirement =
  | 'app'
  | 'anyone'
  | 'token'
  | readonly [permission: string, level: 'read' | 'write']

const requirements: Readonly<Record<string, Requirement>> = {
  'apps/get-authenticated': 'app',
  'apps/create-from-manifest': 'anyone',
  'apps/get-webhook-config-for-app': 'app',
  'apps/update-webhook-config-for-app': 'app',
  'apps/list-webhook-deliveries': 'app',
  'apps/get-webhook-delivery': 'app',
  'apps/redeliver-webhook-delivery': 'app',
  'apps/list-installations': 'app',
  'apps/get-installation': 'app',
  'apps/create-installation-access-token': 'app',
  'apps/get-repo-installation': 'app',
  'apps/list-repos-accessible-to-installation': 'token',
  'meta/get': 'anyone',
  'rate-limit/get': 'anyone',
  'users/get-by-username': 'anyone',
  'repos/get': ['metadata', 'read'],
  'repos/get-collaborator-permission-level': ['metadata', 'read'],
  'repos/get-content': ['contents', 'read'],
  'repos/get-commit': ['contents', 'read'],
  'repos/list-commits': ['contents', 'read'],
  'repos/compare-commits-with-basehead': ['contents', 'read'],
  'repos/list-branches': ['contents', 'read'],
  'repos/get-branch': ['contents', 'read'],
  'git/get-ref': ['contents', 'read'],
  'repos/list-pull-requests-associated-with-commit': ['pull_requests', 'read'],
  'pulls/list': ['pull_requests', 'read'],
  'pulls/get': ['pull_requests', 'read'],
  'checks/create': ['checks', 'write'],
  'checks/update': ['checks', 'write'],
  'checks/get': ['checks', 'read'],
  'checks/list-annotations': ['checks', 'read'],
  'checks/rerequest-run': ['checks', 'write'],
  'checks/create-suite': ['checks', 'write'],
  'checks/get-suite': ['checks', 'read'],
  'checks/list-for-suite': ['checks', 'read'],
  'checks/rerequest-suite': ['checks', 'write'],
  'checks/list-for-ref': ['checks', 'read'],
  'checks/list-suites-for-ref': ['checks', 'read'],
  'teams/get-membership-for-user-in-org': ['members', 'read'],
  'orgs/check-membership-for-user': ['members', 'read'],
}

/** Throws what GitHub answers to a caller who may not ask for this. */
export const requirePermission = (caller: Caller, operationId: string): void => {
  const needed = requirements[operationId] ?? 'token'
  if (needed === 'anyone') return
  if (caller.kind === 'anonymous') throw new Refusal(401, 'Requires authentication')
  if (needed === 'app') {
    if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded')
    return
  }
  if (caller.kind === 'app') throw inaccessible(needed)
  if (needed !== 'token' && !grants(caller.grant.permissions, ...needed)) throw inaccessible(needed)
}

const inaccessible = (needed: Requirement): Refusal =>
  new Refusal(403, 'Resource not accessible by integration', {
    headers: {
      'x-accepted-github-permissions':
        typeof needed === 'string' ? 'metadata=read' : needed.join('='),
    },
  })
