import { setTimeout as pause } from 'node:timers/promises'
import { exitCodes } from './config-io.ts'
import { broken } from './failure.ts'

export interface TriggerOptions {
  readonly owner: string
  readonly name: string
  /** Null for both: the default branch. */
  readonly branch: string | null
  readonly tag: string | null
  readonly parameters: Readonly<Record<string, string>>
  /** Stay until the pipeline has ended. */
  readonly wait: boolean
}

export interface Remote {
  /** Of the server's pages. */
  readonly server: string
  readonly token: string
}

interface Terminal {
  readonly stdout: (line: string) => void
  readonly stderr: (text: string) => void
}

/** `sluice trigger`: 0 begun (with `--wait`: and succeeded), 1 refused or failed, 3 the server is not there. */
export async function trigger(
  { owner, name, branch, tag, parameters, wait }: TriggerOptions,
  remote: Remote,
  io: Terminal,
): Promise<number> {
  const ref = { ...(branch !== null && { branch }), ...(tag !== null && { tag }) }
  const path = `/project/gh/${owner}/${name}/pipeline`
  try {
    const begun = await ask(remote, path, { ...ref, parameters })
    if (begun.status !== 201) return refused(begun, io)
    const id = textIn(begun.body, 'id')
    io.stdout(`pipeline ${textIn(begun.body, 'number')}: ${remote.server}/pipelines/${id}`)
    return wait ? await follow(remote, id, io) : exitCodes.yes
  } catch (error) {
    if (!(error instanceof ServerAway)) throw error
    io.stderr(`sluice: ${error.message}`)
    return broken
  }
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Rejects with `ServerAway`. */
async function ask({ server, token }: Remote, path: string, body?: unknown): Promise<Answer> {
  const url = new URL(`${server.replace(/\/+$/, '')}/api/v2${path}`)
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'circle-token': token, 'content-type': 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json() }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new ServerAway(`${url.origin} does not answer as Sluice does: ${String(cause)}`)
  }
}

const patienceMs = 30_000

class ServerAway extends Error {
  override readonly name = 'ServerAway'
}

function refused({ status, body }: Answer, { stderr }: Terminal): number {
  stderr(`sluice: ${textIn(body, 'message') || `the server answered ${status}`}`)
  if (status === 400) return exitCodes.usage
  return status >= 500 ? broken : exitCodes.no
}

const lookEveryMs = 1000
const goodStates = new Set(['created', 'pending', 'setup', 'setup-pending'])

/** Until nothing of the pipeline is left to run. Says each workflow's status whenever it changes. */
async function follow(remote: Remote, id: string, io: Terminal): Promise<number> {
  const told = new Map<string, string>()
  for (;;) {
    // In this order: a pipeline that was created has all of its workflows.
    const pipeline = await ask(remote, `/pipeline/${id}`)
    const list = await ask(remote, `/pipeline/${id}/workflow`)
    if (pipeline.status !== 200) return refused(pipeline, io)
    if (list.status !== 200) return refused(list, io)
    const workflows = itemsIn(list.body).filter((one) => textIn(one, 'superseded_by') === '')
    for (const workflow of workflows) tell(workflow, told, io)
    const state = textIn(pipeline.body, 'state')
    if (!goodStates.has(state)) return errored(pipeline.body, io)
    const isOver = workflows.every((one) => textIn(one, 'stopped_at') !== '')
    if (isOver && (state === 'created' || state === 'setup-pending')) {
      const isGood = workflows.every((one) => textIn(one, 'status') === 'success')
      return isGood ? exitCodes.yes : exitCodes.no
    }
    await pause(lookEveryMs)
  }
}

function tell(workflow: unknown, told: Map<string, string>, { stdout }: Terminal): void {
  const [name, status] = [textIn(workflow, 'name'), textIn(workflow, 'status')]
  if (told.get(name) !== status) stdout(`${name}: ${status}`)
  told.set(name, status)
}

function errored(pipeline: unknown, { stderr }: Terminal): number {
  for (const error of itemsIn(pipeline, 'errors')) stderr(`sluice: ${textIn(error, 'message')}`)
  return exitCodes.no
}

function itemsIn(body: unknown, field = 'items'): readonly unknown[] {
  const items: unknown = fieldIn(body, field)
  return Array.isArray(items) ? items : []
}

/** Empty where there is none. Whatever the server says, it must not steer the terminal. */
function textIn(body: unknown, field: string): string {
  const value = fieldIn(body, field)
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll(/\p{Cc}/gu, ' ')
    : ''
}

const fieldIn = (body: unknown, field: string): unknown =>
  typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined
