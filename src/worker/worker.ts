/**
 * Claims tasks and runs them: an identity that outlives the process, a lease, the tasks of an earlier
 * process first, then the queue, in batches as slots are free.
 */
import type { Wake } from '../ports/wake.ts'
import { type Crew, newCrew } from './crew.ts'
import { type Identity, takeIdentity } from './identity.ts'
import { keepLease } from './lease.ts'
import { createSweep } from './sweep.ts'
import { type Limits, type Tools, usualLimits } from './tools.ts'
import { takeTurns } from './turns.ts'

const afterFailureMs = 1000

export interface WorkerParts extends Omit<Tools, 'limits'> {
  readonly wake: Wake
  /** Tasks at once. */
  readonly concurrency: number
  /** Where the worker keeps its identity. */
  readonly dataDir: string
  readonly limits?: Partial<Limits>
}

export interface Worker {
  /** Claims nothing more; resolves when the tasks at hand have ended. */
  drain(): Promise<void>
  /** Lets the tasks at hand run on without us, for the next process of this identity to take up. */
  stop(): Promise<void>
  /** How many tasks are at hand. */
  running(): number
}

/** Starts to work. Rejects when the data directory cannot be written or the database not be reached. */
export async function startWorker(parts: WorkerParts): Promise<Worker> {
  const tools: Tools = { ...parts, limits: { ...usualLimits, ...parts.limits } }
  const [closed, stopped] = [new AbortController(), new AbortController()]
  const crew = newCrew()
  const work = { parts, tools, crew, closed: closed.signal, stopped: stopped.signal }
  const identity = await takeIdentity(parts.dataDir, parts.tasks, parts.clock)
  void announce(tools)
  const done = shifts(work, identity)
  return {
    running: () => crew.size(),
    drain: async () => {
      closed.abort()
      await crew.idle()
      stopped.abort()
      await done
    },
    stop: async () => {
      stopped.abort()
      await done
    },
  }
}

interface Work {
  readonly parts: WorkerParts
  readonly tools: Tools
  readonly crew: Crew
  /** No more claims. */
  readonly closed: AbortSignal
  readonly stopped: AbortSignal
}

/** The executor is tried before the first job waits for it, and operators read what it found. */
async function announce({ executor, log }: Tools): Promise<void> {
  try {
    const { isolation, summary, warnings } = await executor.health()
    log.info({ executor: executor.kind, isolation }, summary)
    for (const warning of warnings) log.warn({ executor: executor.kind }, warning)
  } catch (error) {
    log.error({ executor: executor.kind, error: String(error) }, 'the executor does not work')
  }
}

/** One shift after another: a lost lease ends one, and the next begins as if the process were new. */
async function shifts(work: Work, first: Identity): Promise<void> {
  const { parts, stopped } = work
  let identity: Identity | null = first
  while (!stopped.aborted) {
    try {
      identity ??= await takeIdentity(parts.dataDir, parts.tasks, parts.clock)
      await shift(work, identity)
    } catch (error) {
      parts.log.error({ error: String(error) }, 'the worker starts over')
      await parts.clock.sleep(afterFailureMs, stopped)
    }
    if (identity) await leave(work, identity)
    identity = null
  }
}

/** Works until the worker is stopped or the lease is lost; then nothing of it goes on here. */
async function shift(work: Work, identity: Identity): Promise<void> {
  const { parts, tools, crew, stopped } = work
  await tools.tasks.register({ id: identity.id, name: parts.name })
  const lost = new AbortController()
  const over = AbortSignal.any([lost.signal, stopped])
  void giveNotice(work, identity, over)
  const lease = keepLease(tools, identity.id, over).finally(() => lost.abort())
  try {
    for (const task of await tools.tasks.adopt(identity.id)) crew.take({ tools, identity, task })
    await Promise.all([
      sweeping(work, identity, over),
      claiming(work, identity, over),
      canceling(work, identity, over),
    ])
  } finally {
    lost.abort()
    await Promise.all([lease, crew.letGo()])
  }
}

/** For the pages: how jobs are not kept apart here. Nobody waits until that is found out. */
async function giveNotice({ parts, tools }: Work, identity: Identity, over: AbortSignal) {
  try {
    const { isolation, summary } = await tools.executor.health()
    const kept = tools.executor.kind === 'fake' || ['container', 'sandbox'].includes(isolation)
    if (kept || over.aborted) return
    await tools.tasks.register({ id: identity.id, name: parts.name, notice: summary })
  } catch (error) {
    tools.log.warn({ error: String(error) }, 'the pages do not tell how jobs are kept apart here')
  }
}

function claiming({ parts, tools, crew, closed }: Work, identity: Identity, signal: AbortSignal) {
  const claim = async (): Promise<void> => {
    const free = parts.concurrency - crew.size()
    if (free <= 0 || closed.aborted) return
    const claimed = await tools.tasks.claim(identity.id, free)
    // When it is over by now, they wait for the next process like those at hand.
    if (signal.aborted) return
    for (const task of claimed) crew.take({ tools, identity, task })
  }
  const hints = (hint: () => void): (() => void) => {
    const ends = [parts.wake.on('tasks', hint), crew.onEnd(hint)]
    return () => ends.forEach((end) => end())
  }
  return takeTurns(claim, hints, { ...tools, signal })
}

function canceling({ parts, tools, crew }: Work, identity: Identity, signal: AbortSignal) {
  const cancel = async (): Promise<void> => {
    if (crew.size() > 0) crew.cancel(await tools.tasks.canceled(identity.id))
  }
  return takeTurns(cancel, (hint) => parts.wake.on('cancels', hint), { ...tools, signal })
}

/** What earlier processes left behind is no reason not to work; others may be lost while we do. */
async function sweeping({ tools, crew }: Work, identity: Identity, signal: AbortSignal) {
  const sweep = createSweep(tools)
  try {
    await sweep()
    for (const task of await identity.notes()) if (!crew.has(task)) await identity.forget(task)
  } catch (error) {
    tools.log.warn({ error: String(error) }, 'old environments were not removed')
  }
  await takeTurns(sweep, () => () => undefined, { ...tools, signal })
}

async function leave({ tools }: Work, identity: Identity): Promise<void> {
  try {
    await tools.tasks.leave(identity.id)
  } catch (error) {
    tools.log.warn({ worker: identity.id, error: String(error) }, 'the lease was not given back')
  }
}
