import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Git } from './git.ts'

export interface BackendCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** `/OWNER/NAME.git/SERVICE`, below the root. */
  readonly pathInfo: string
  readonly query: string
  /** The request's body, if it was read already; null: it streams. */
  readonly body: Buffer | null
}

/**
 * Runs `git http-backend` as CGI. Resolves when git has ended. Git that fails tells the client why in
 * its answer; it is an error here only when it answered nothing.
 */
export const runBackend = async (git: Git, call: BackendCall): Promise<void> => {
  const child = spawn('git', ['http-backend'], { cwd: git.root, env: cgi(git, call) })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const complaint = text(child.stderr)
  void feed(child.stdin, call)
  const answered = await relay(child.stdout, call.response)
  if ((await ended) !== 0 && !answered)
    throw new Error(`git http-backend failed: ${(await complaint).trim()}`)
}

const feed = async (stdin: Writable, { request, body }: BackendCall): Promise<void> => {
  try {
    if (body === null) await pipeline(request, stdin)
    else stdin.end(body)
  } catch {
    // The client went away, or git had heard enough: git's exit tells which.
    stdin.destroy()
  }
}

const cgi = (git: Git, { request, pathInfo, query, body }: BackendCall): Record<string, string> => {
  const { headers } = request
  const length = body === null ? headers['content-length'] : String(body.length)
  const optional = {
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: length,
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: headers['git-protocol'],
  }
  const given = Object.entries(optional).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  return {
    ...git.environment,
    ...Object.fromEntries(given),
    GIT_PROJECT_ROOT: git.root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: pathInfo,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method ?? 'GET',
    REMOTE_USER: 'stand-in',
    REMOTE_ADDR: '127.0.0.1',
  }
}

/**
 * CGI's header lines, then the body, to the client; whether there were any. The response is left open
 * for who called.
 */
const relay = async (stdout: Readable, response: ServerResponse): Promise<boolean> => {
  let head: Buffer | null = Buffer.alloc(0)
  for await (const piece of stdout) {
    const chunk: Buffer = piece
    if (head === null) {
      await write(response, chunk)
      continue
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) continue
    writeHead(response, head.subarray(0, end).toString())
    await write(response, head.subarray(end + 4))
    head = null
  }
  return head === null
}

const writeHead = (response: ServerResponse, head: string): void => {
  const headers = head.split('\r\n').map((line) => line.split(/: (.*)/, 2))
  const status = headers.find(([name]) => name?.toLowerCase() === 'status')?.[1] ?? '200'
  response.statusCode = Number.parseInt(status, 10)
  for (const [name = '', value = ''] of headers) {
    if (name.toLowerCase() !== 'status') response.setHeader(name, value)
  }
}

const write = async (response: ServerResponse, bytes: Buffer): Promise<void> => {
  if (response.destroyed || response.write(bytes)) return
  await new Promise<void>((resolve) => {
    const goOn = () => {
      response.off('drain', goOn).off('close', goOn)
      resolve()
    }
    response.once('drain', goOn).once('close', goOn)
  })
}
