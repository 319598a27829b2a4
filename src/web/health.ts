import type { Conveyor } from '../ports/inbox.ts'
import type { Views } from '../ports/views.ts'

export interface Readiness {
  readonly ready: boolean
  readonly text: string
}

const patienceMs = 5000

/**
 * Able to serve: the database answers, soon enough, from tables that are there (a store whose tables are
 * not up to date does not open at all). Also says how many events were set aside, since nobody handles
 * them any more; what they are is in the log.
 */
export async function readiness(
  views: Views,
  conveyor: Pick<Conveyor, 'aside'>,
): Promise<Readiness> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('it took too long')), patienceMs)
  try {
    return await Promise.race([ask(views, conveyor), late.promise])
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    return { ready: false, text: `not ready: the database does not answer: ${because}\n` }
  } finally {
    clearTimeout(timer)
  }
}

async function ask(views: Views, conveyor: Pick<Conveyor, 'aside'>): Promise<Readiness> {
  await views.ping()
  const [workers, aside] = await Promise.all([views.workers(), conveyor.aside()])
  return {
    ready: true,
    text: `ready\nworkers: ${workers.length}\nevents set aside: ${aside.length}\n`,
  }
}
