import type { Conveyor } from '../ports/inbox.ts'
import type { Views } from '../ports/views.ts'

/** Able to serve: the database answers. Events that were set aside are said, since nobody handles them. */
export async function readiness(
  views: Views,
  conveyor: Pick<Conveyor, 'aside'>,
): Promise<{ readonly ready: boolean; readonly text: string }> {
  try {
    await views.ping()
    const [workers, aside] = [await views.workers(), await conveyor.aside()]
    const lines = [
      'ready',
      `workers: ${workers.length}`,
      `events set aside: ${aside.length}`,
      ...aside
        .slice(0, 10)
        .map(({ event, error }) => `  ${event.type} of ${event.pipelineId}: ${error}`),
    ]
    return { ready: true, text: `${lines.join('\n')}\n` }
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    return { ready: false, text: `not ready: the database does not answer: ${because}\n` }
  }
}
