/** The REST version that this code was written against; without it GitHub moves us silently. */
const apiVersion = '2022-11-28'
/** Larger than any answer that we ask for: a config of 10 MB, and some room. */
const bodyLimit = 12 * 1024 * 1024

type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** Hears of every request that ended; a null status: there was no answer. */
export type Observe = (method: string, path: string, status: number | null) => void

/**
 * The `fetch` below every request to GitHub, those for tokens included. It pins the API version, gives
 * up after `timeoutMs`, and reads the whole body itself: Octokit takes a body that breaks off for an
 * empty one, which would turn a dropped connection into an empty config.
 */
export function createFetch(timeoutMs: number, observe: Observe = () => undefined): Fetch {
  return async (url, init = {}) => {
    const headers = new Headers(init.headers)
    headers.set('x-github-api-version', apiVersion)
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
    const observed = (status: number | null) =>
      observe(init.method ?? 'GET', new URL(url).pathname, status)
    try {
      const response = await whole(await fetch(url, { ...init, headers, signal }))
      observed(response.status)
      return response
    } catch (error) {
      observed(null)
      // Octokit lets an `AbortError` through without saying which request it was.
      throw signal.aborted ? new Error('no answer in time', { cause: error }) : error
    }
  }
}

async function whole(response: Response): Promise<Response> {
  const { status, statusText, headers, url } = response
  const body = response.body === null ? null : await bytesOf(response.body)
  // Octokit finds the next page of a list by the address of this one.
  return Object.defineProperty(new Response(body, { status, statusText, headers }), 'url', {
    value: url,
  })
}

async function bytesOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > bodyLimit) throw new Error(`the answer is larger than ${bodyLimit} bytes`)
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
