import { isoTime } from '../../clock.ts'
import { covers, installationOf } from '../../installations.ts'
import { appShape, installationShape } from '../../shapes/app.ts'
import { repositoryShape } from '../../shapes/repository.ts'
import type { Installation } from '../../world.ts'
import { suspended } from '../authenticate.ts'
import { type Call, type Handler, ok, pageOf, repositoryOf } from '../call.ts'
import { notFound } from '../refusal.ts'
import { grantCovers, grantToken } from '../tokens.ts'

const getApp: Handler = ({ world }) =>
  ok({ ...appShape(world.url, world.app), installations_count: world.installations.length })

const listInstallations: Handler = (call) => {
  const { world } = call
  const { items, headers } = pageOf(call, world.installations)
  const body = items.map((one) => installationShape(world.url, world.app, one))
  return { status: 200, body, headers }
}

const getInstallation: Handler = (call) =>
  ok(installationShape(call.world.url, call.world.app, installationNamed(call)))

const getRepositoryInstallation: Handler = (call) => {
  const installation = installationOf(call.world, repositoryOf(call))
  if (!installation) throw notFound()
  return ok(installationShape(call.world.url, call.world.app, installation))
}

const createToken: Handler = (call) => {
  const { world } = call
  const installation = installationNamed(call)
  if (installation.suspension) throw suspended()
  const { token, grant } = grantToken(world, installation, call.body)
  const all = grant.repositoryIds === null
  const repositories = world.repositories.filter((one) => grantCovers(grant, one))
  return {
    status: 201,
    body: {
      token,
      expires_at: isoTime(grant.expiresAt),
      permissions: grant.permissions,
      repository_selection: all && installation.repositories === 'all' ? 'all' : 'selected',
      ...(!all && { repositories: repositories.map((one) => repositoryShape(world.url, one)) }),
    },
  }
}

const listRepositories: Handler = (call) => {
  const { world, caller } = call
  if (caller.kind !== 'installation') throw notFound()
  const { grant } = caller
  const own = world.repositories.filter(
    (repository) => covers(grant.installation, repository) && grantCovers(grant, repository),
  )
  const { items, headers } = pageOf(call, own)
  const repositories = items.map((one) => repositoryShape(world.url, one))
  return { status: 200, body: { total_count: own.length, repositories }, headers }
}

const installationNamed = ({ world, path }: Call): Installation => {
  const id = Number(path['installation_id'])
  const installation = world.installations.find((one) => one.id === id)
  if (!installation) throw notFound()
  return installation
}

export const appOperations: Readonly<Record<string, Handler>> = {
  'apps/get-authenticated': getApp,
  'apps/list-installations': listInstallations,
  'apps/get-installation': getInstallation,
  'apps/get-repo-installation': getRepositoryInstallation,
  'apps/create-installation-access-token': createToken,
  'apps/list-repos-accessible-to-installation': listRepositories,
}
