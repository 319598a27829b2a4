import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A check run as the server keeps it. */
export interface KeptRun {
  readonly id: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly external_id: string
  readonly head_sha: string
  readonly started_at: string
  readonly actions: readonly { readonly identifier: string }[]
  readonly title: string
  readonly annotations: readonly { readonly message: string }[]
}

export interface Request {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** What happens to the next request of a method (or for a `TOKEN`): refused, or done and its answer lost. */
export type Fault =
  | { readonly method: string; readonly lose: 'before' | 'after' }
  | {
      readonly method: string
      readonly status: number
      readonly message: string
      readonly headers?: Readonly<Record<string, string>>
    }

/** Just enough of GitHub's checks for a publisher: real sockets, runs that are kept, and faults. */
export class CheckServer {
  readonly runs: KeptRun[] = []
  readonly requests: Request[] = []
  readonly faults: Fault[] = []
  /** Delays every answer by so much, in milliseconds. */
  delayMs = 0
  #port = 0
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response)
  })

  get host(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** What was changed, in order, e.g. `POST` and `PATCH 9`. */
  get writes(): readonly string[] {
    return this.requests
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('access_tokens'))
      .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve)
    })
    const address = this.#server.address()
    if (typeof address === 'object' && address) this.#port = address.port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const { method = '', url = '', headers } = request
    const path = url.replace('/api/v3', '')
    this.requests.push({ method, path, headers })
    const fault = this.#faultOf(path.endsWith('access_tokens') ? 'TOKEN' : method)
    if (this.delayMs > 0)
      await new Promise((resolve) => {
        setTimeout(resolve, this.delayMs)
      })
    if (fault && 'status' in fault)
      return send(response, fault.status, { message: fault.message }, fault.headers)
    if (fault?.lose === 'before') return void request.socket.destroy()
    const [status, body] = this.#answer(method, path, text === '' ? {} : JSON.parse(text))
    if (fault) request.socket.destroy()
    else send(response, status, body)
  }

  #faultOf(method: string): Fault | undefined {
    const index = this.faults.findIndex((fault) => fault.method === method)
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]
  }

  #answer(method: string, path: string, body: Body): readonly [number, unknown] {
    if (path.endsWith('/access_tokens'))
      return [201, { token: 'ghs_77_x.y-z', expires_at: '2999-01-01T00:00:00Z', permissions: {} }]
    if (method === 'POST') return [201, shown(this.#create(body))]
    if (path.includes('/commits/')) return [200, this.#list(new URL(path, 'http://x').searchParams)]
    const index = this.runs.findIndex((run) => run.id === Number(path.split('/').at(-1)))
    const run = this.runs[index]
    if (!run) return [404, { message: 'Not Found' }]
    if (method === 'PATCH') this.runs[index] = merged(run, body)
    return [200, shown(this.runs[index] ?? run)]
  }

  #create(body: Body): KeptRun {
    const empty = { conclusion: null, actions: [], annotations: [], title: '', started_at: now() }
    const run = {
      ...empty,
      id: 9 + this.runs.length,
      external_id: '',
      head_sha: '',
      name: '',
      status: 'queued',
    }
    this.runs.push(merged(run, body))
    return this.runs.at(-1) ?? run
  }

  #list(query: URLSearchParams): unknown {
    const found = this.runs.filter((run) => run.name === query.get('check_name'))
    const whole = query.get('filter') === 'all' && query.get('app_id') === '77'
    return { total_count: found.length, check_runs: whole ? found.map(shown) : [] }
  }
}

type Body = Partial<KeptRun> & {
  readonly output?: { readonly title: string; readonly annotations?: KeptRun['annotations'] }
}

const now = () => new Date().toISOString()

/** As GitHub does it: annotations are only ever added. */
const merged = (run: KeptRun, { output, ...fields }: Body): KeptRun => ({
  ...run,
  ...fields,
  title: output?.title ?? run.title,
  annotations: [...run.annotations, ...(output?.annotations ?? [])],
})

const shown = ({ annotations, title, ...run }: KeptRun) => ({
  ...run,
  output: { title, annotations_count: annotations.length },
})

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
