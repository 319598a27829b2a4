import { pullShape } from '../../shapes/pull.ts'
import type { Pull } from '../../world.ts'
import { type Call, type Handler, ok, pageOf, repositoryOf } from '../call.ts'
import { notFound } from '../refusal.ts'

const list: Handler = (call) => {
  const { head, base, state } = call.query
  const pulls = pullsOf(call)
    .filter((pull) => head === undefined || labelOf(pull) === head)
    .filter((pull) => base === undefined || pull.base === base)
    .filter((pull) => state === 'all' || pull.state === (state ?? 'open'))
    .toReversed()
  const { items, headers } = pageOf(call, pulls)
  return { status: 200, body: items.map((pull) => pullShape(call.world.url, pull)), headers }
}

const labelOf = ({ headRepository, head }: Pull) => `${headRepository.owner.login}:${head}`

const get: Handler = (call) => {
  const number = Number(call.path['pull_number'])
  const pull = pullsOf(call).find((one) => one.number === number)
  if (!pull) throw notFound()
  return ok(pullShape(call.world.url, pull))
}

const listForCommit: Handler = (call) => {
  const pulls = pullsOf(call).filter((pull) => pull.headSha === call.path['commit_sha'])
  const { items, headers } = pageOf(call, pulls)
  return { status: 200, body: items.map((pull) => pullShape(call.world.url, pull)), headers }
}

const pullsOf = (call: Call) => {
  const repository = repositoryOf(call)
  return call.world.pulls.filter((pull) => pull.repository === repository)
}

export const pullOperations: Readonly<Record<string, Handler>> = {
  'pulls/list': list,
  'pulls/get': get,
  'repos/list-pull-requests-associated-with-commit': listForCommit,
}
