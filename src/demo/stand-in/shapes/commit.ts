import type { JsonObject } from '../description/schema.ts'
import type { CommitInfo } from '../git/commit-info.ts'
import type { Repository } from '../world.ts'

/** A commit as the commits API shows it. */
export const commitShape = (
  url: string,
  repository: Repository,
  commit: CommitInfo,
): JsonObject => {
  const api = `${url}/api/v3/repos/${repository.fullName}`
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    url: `${api}/commits/${commit.sha}`,
    html_url: `${url}/${repository.fullName}/commit/${commit.sha}`,
    author: null,
    committer: null,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
    },
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}` })),
  }
}

/** A commit as suites and merge groups carry it. */
export const simpleCommitShape = (commit: CommitInfo): JsonObject => ({
  id: commit.sha,
  tree_id: commit.tree,
  message: commit.message,
  timestamp: commit.committer.date,
  author: { name: commit.author.name, email: commit.author.email },
  committer: { name: commit.committer.name, email: commit.committer.email },
})
