import type { IncomingHttpHeaders } from 'node:http'
import type { RunBody } from '../checks/rules.ts'
import type { CommitInfo } from '../git/commit-info.ts'
import { findCommit, resolveCommit } from '../git/commits.ts'
import type { HookBody } from '../webhooks/carrier.ts'
import type { Repository, World } from '../world.ts'
import type { Caller } from './authenticate.ts'
import { notFound, Refusal } from './refusal.ts'
import { grantCovers, type TokenBody } from './tokens.ts'

/** What the operations that we play take, together; the description says which takes what. */
export type RequestBody = RunBody & TokenBody & HookBody

/** A request that was understood, allowed and found in order. */
export interface Call {
  readonly world: World
  readonly caller: Caller
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  /** Already checked against the description; empty when none was sent. */
  readonly body: RequestBody
  /** Path and query as they came, for links to other pages. */
  readonly url: URL
}

export interface Answer {
  readonly status: number
  /** Absent: an answer without a body. Completed against the description. */
  readonly body?: unknown
  /** In place of `body`: bytes as they are. */
  readonly raw?: { readonly type: string; readonly bytes: Buffer }
  readonly headers?: Readonly<Record<string, string>>
}

export type Handler = (call: Call) => Answer | Promise<Answer>

export const ok = (body: unknown): Answer => ({ status: 200, body })

/** The repository of the path, if the caller may see it. */
export const repositoryOf = ({ world, caller, path }: Call): Repository => {
  const repository = findRepository(world, `${path['owner']}/${path['repo']}`)
  if (!repository) throw notFound()
  if (caller.kind === 'installation' && !grantCovers(caller.grant, repository)) throw notFound()
  return repository
}

/** By `owner/name`, without case, as GitHub does. */
export const findRepository = (world: World, fullName: string): Repository | null =>
  world.repositories.find((one) => one.fullName.toLowerCase() === fullName.toLowerCase()) ?? null

/** The repository that had this name before. */
export const formerly = (world: World, fullName: string): Repository | null =>
  world.repositories.findLast((one) => one.formerNames.includes(fullName)) ?? null

/** The commit that `ref` names: SHA, branch, tag or `heads/x`. */
export const commitNamed = async (repository: Repository, ref: string): Promise<CommitInfo> => {
  const commit = await resolveCommit(repository, ref)
  if (!commit) throw new Refusal(422, `No commit found for SHA: ${ref}`)
  return commit
}

/** The commit with this SHA, or GitHub's refusal. */
export const commitWithSha = async (
  repository: Repository,
  sha: string,
  refusal: () => Refusal,
): Promise<CommitInfo> => {
  const commit = await findCommit(repository, sha)
  if (!commit) throw refusal()
  return commit
}

const mostPerPage = 100

export interface Page<T> {
  readonly items: readonly T[]
  readonly headers: Readonly<Record<string, string>>
}

/** One page of a list, with the links by which clients find the others. */
export const pageOf = <T>({ query, url }: Call, all: readonly T[]): Page<T> => {
  const size = clamp(Number(query['per_page'] ?? 30), mostPerPage)
  const page = Math.max(1, Number(query['page'] ?? 1))
  const last = Math.max(1, Math.ceil(all.length / size))
  const link = (number: number, rel: string) => {
    const other = new URL(url)
    other.searchParams.set('page', String(number))
    return `<${other.href}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ]
  const items = all.slice((page - 1) * size, page * size)
  return { items, headers: links.length > 0 ? { link: links.join(', ') } : {} }
}

export const clamp = (value: number, most: number): number => Math.min(Math.max(1, value), most)
