import type { Context } from 'hono'
import { isId, jobId } from '../model/ids.ts'
import type { Artifact, Artifacts } from '../ports/artifacts.ts'
import { BlobMissing, type Blobs } from '../ports/blobs.ts'

export interface ArtifactParts {
  readonly artifacts: Pick<Artifacts, 'of' | 'find'>
  readonly blobs: Pick<Blobs, 'get'>
}

/** What the list on a page shows. */
export const artifactsShown = 500

/**
 * `GET /jobs/:id/artifacts/:task/*`: the file as it was stored, piece by piece. What jobs make is a
 * stranger's: a page among it is shown without scripts, in an origin of its own, so that nothing in it
 * can act here; what is no text, page or picture is only to be saved.
 */
export async function sendArtifact(c: Context, parts: ArtifactParts): Promise<Response> {
  const artifact = await asked(c, parts)
  if (!artifact) return c.text('There is no such artifact.\n', 404)
  // Whoever asks for the headers only would leave the file open.
  if (c.req.method === 'HEAD') return c.body(null, 200, headersOf(artifact))
  try {
    const content = await parts.blobs.get(artifact.blob)
    return c.body(ReadableStream.from(content), 200, headersOf(artifact))
  } catch (error) {
    if (!(error instanceof BlobMissing)) throw error
    return c.text('The artifact is not kept any more.\n', 410)
  }
}

/** The rest of the path is taken from the address as it came: names may hold any character. */
async function asked(c: Context, { artifacts }: ArtifactParts): Promise<Artifact | null> {
  const [, id = '', task = '', rest = ''] =
    /^\/jobs\/([^/]+)\/artifacts\/(\d{1,6})\/(.+)$/.exec(new URL(c.req.url).pathname) ?? []
  const path = decoded(rest)
  return isId(id) && path !== null ? artifacts.find(jobId(id), Number(task), path) : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function headersOf({ path, size }: Artifact): Record<string, string> {
  const name = path.split('/').at(-1) ?? ''
  const type = types.get(/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '')
  const shown = type === undefined ? 'attachment' : 'inline'
  return {
    'content-type': type ?? 'application/octet-stream',
    'content-length': String(size),
    'content-disposition': `${shown}; filename*=UTF-8''${encoded(name)}`,
    'content-security-policy': sandboxed,
    // Pages of a report load their own style and pictures, from an origin that is not ours.
    ...(type && /^(?:text\/css|image\/|font\/)/.test(type)
      ? { 'cross-origin-resource-policy': 'cross-origin' }
      : {}),
    'cache-control': 'private, max-age=300',
  }
}

const sandboxed =
  "sandbox; default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** As the header's grammar has it: what `encodeURIComponent` leaves and it does not allow. */
const encoded = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )

const text = 'text/plain; charset=utf-8'

/** What a browser may show, by the end of the name. Everything else is saved. */
const types: ReadonlyMap<string, string> = new Map([
  ...['txt', 'log', 'md', 'out', 'csv', 'yml', 'yaml', 'diff', 'patch'].map(
    (end) => [end, text] as const,
  ),
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['html', 'text/html; charset=utf-8'],
  ['htm', 'text/html; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['svg', 'image/svg+xml'],
  ['woff', 'font/woff'],
  ['woff2', 'font/woff2'],
])
