import { isoTime } from './clock.ts'
import { findPerson } from './people.ts'
import { findRepository } from './rest/call.ts'
import { userShape } from './shapes/user.ts'
import { emit } from './webhooks/emit.ts'
import type { World } from './world.ts'

export interface NewComment {
  /** `owner/name`. */
  readonly repository: string
  /** Number of a pull request; or of an issue, when there is none such. */
  readonly number: number
  /** Login. */
  readonly author: string
  readonly body: string
}

/** Somebody writes below a pull request or issue; sends `issue_comment.created`. */
export const writeComment = async (world: World, wanted: NewComment): Promise<void> => {
  const repository = findRepository(world, wanted.repository)
  const sender = findPerson(world, wanted.author)
  if (!repository || !sender) throw new Error(`no ${wanted.repository} or ${wanted.author}`)
  const { number } = wanted
  const pull = world.pulls.find((one) => one.repository === repository && one.number === number)
  const id = world.nextId('comment')
  const page = `${world.url}/${repository.fullName}/pull/${number}`
  const url = `${world.url}/api/v3/repos/${repository.fullName}/pulls/${number}`
  const now = isoTime(world.clock.now())
  const author = pull?.author ?? repository.owner
  const payload = {
    issue: {
      number,
      title: pull?.title ?? 'an issue',
      state: 'open',
      user: userShape(world.url, author),
      html_url: page,
      ...(pull && { pull_request: { url, html_url: page, diff_url: page, patch_url: page } }),
    },
    comment: {
      id,
      body: wanted.body,
      created_at: now,
      updated_at: now,
      html_url: `${page}#issuecomment-${id}`,
      user: userShape(world.url, sender),
      performed_via_github_app: null,
    },
  }
  await emit(world, { event: 'issue_comment', action: 'created', repository, sender, payload })
}
