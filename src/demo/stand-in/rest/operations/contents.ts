import type { JsonObject } from '../../description/schema.ts'
import { resolveCommit } from '../../git/commits.ts'
import { readPath, treeEntries } from '../../git/contents.ts'
import type { GitObject } from '../../git/objects.ts'
import type { Repository } from '../../world.ts'
import { type Answer, type Call, type Handler, ok, repositoryOf } from '../call.ts'
import { notFound, Refusal } from '../refusal.ts'

/** Larger files come only with the raw media type. */
const largestInline = 1024 * 1024

const getContent: Handler = async (call) => {
  const repository = repositoryOf(call)
  const ref = call.query['ref'] ?? repository.defaultBranch
  const commit = await resolveCommit(repository, ref)
  if (!commit) throw new Refusal(404, `No commit found for the ref ${ref}`)
  const path = call.path['path'] ?? ''
  const object = await readPath(repository, commit.sha, path)
  if (!object) throw notFound()
  const place = { repository, path, ref }
  return object.type === 'tree' ? ok(directory(call, place, object)) : file(call, place, object)
}

interface Place {
  readonly repository: Repository
  readonly path: string
  readonly ref: string
}

const file = (call: Call, place: Place, { sha, content }: GitObject): Answer => {
  if (/application\/vnd\.github\.(v3\.)?raw/.test(call.headers.accept ?? '')) {
    return {
      status: 200,
      raw: { type: 'application/vnd.github.raw; charset=utf-8', bytes: content },
    }
  }
  const inline = content.length <= largestInline
  return ok({
    ...entry(call, place, sha),
    type: 'file',
    size: content.length,
    encoding: inline ? 'base64' : 'none',
    content: inline ? content.toString('base64').replaceAll(/.{1,60}/g, '$&\n') : '',
  })
}

const directory = (call: Call, place: Place, tree: GitObject): readonly JsonObject[] =>
  treeEntries(tree.content).map(({ mode, name, sha }) => ({
    ...entry(call, { ...place, path: `${place.path}/${name}` }, sha),
    type: kinds[mode] ?? 'file',
    size: 0,
  }))

/** By git's file mode. */
const kinds: Readonly<Record<string, string>> = {
  '40000': 'dir',
  '120000': 'symlink',
  '160000': 'submodule',
}

const entry = ({ world }: Call, { repository, path, ref }: Place, sha: string): JsonObject => {
  const api = `${world.url}/api/v3/repos/${repository.fullName}`
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const html = `${world.url}/${repository.fullName}/blob/${encodeURIComponent(ref)}/${encoded}`
  const git = `${api}/git/blobs/${sha}`
  return {
    name: path.split('/').at(-1),
    path,
    sha,
    url,
    git_url: git,
    html_url: html,
    download_url: null,
    _links: { self: url, git, html },
  }
}

export const contentOperations: Readonly<Record<string, Handler>> = {
  'repos/get-content': getContent,
}
