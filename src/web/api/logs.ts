import type { Context } from 'hono'
import type { StepRecord } from '../../ports/tasks.ts'
import { callerOf, type Gate } from './caller.ts'
import { ApiProblem, notFound } from './problem.ts'
import { jobAt } from './reads.ts'
import { timeOf } from './shapes.ts'

/** `GET …/steps`: the steps of a job, one list a task, each with the address of its log. */
export async function stepsOf(c: Context, gate: Gate): Promise<Response> {
  const { job, tasks } = await jobAt(c, gate.parts, await callerOf(c, gate))
  const { origin } = new URL(c.req.url)
  const items = tasks.flatMap(({ index, steps }) =>
    steps.map((step) => ({
      name: step.name,
      type: step.type,
      task: index,
      step: step.index,
      ...timesOf(step),
      log_url: `${origin}/api/v2/jobs/${job.id}/tasks/${index}/steps/${step.index}/log`,
    })),
  )
  return c.json({ items, next_page_token: null })
}

const timesOf = ({ state }: StepRecord) => ({
  status: state.status,
  start_time: state.status === 'skipped' ? null : timeOf(state.startedAt),
  end_time: 'endedAt' in state ? timeOf(state.endedAt) : null,
  exit_code: 'exitCode' in state ? state.exitCode : null,
})

/** More than this is read with several requests. */
const bytesAtMost = 4 * 1024 * 1024

/**
 * `GET /jobs/{id}/tasks/{task}/steps/{step}/log`: what a step printed so far, as the bytes it is. A `Range`
 * of bytes is honoured, so that a log which still grows can be followed.
 */
export async function logOf(c: Context, gate: Gate): Promise<Response> {
  const { tasks } = await jobAt(c, gate.parts, await callerOf(c, gate))
  const { task, step } = c.req.param()
  const record = tasks
    .find(({ index }) => String(index) === task)
    ?.steps.find(({ index }) => String(index) === step)
  if (!record) throw notFound('step')
  const { logs } = gate.parts
  const key = { taskId: record.taskId, step: record.index }
  const size = await logs.size(key)
  const asked = rangeIn(c.req.header('range'), size)
  const { from, to } = asked ?? { from: 0, to: size }
  const bytes = from < to ? await logs.read(key, from, Math.min(to - from, bytesAtMost)) : empty
  const isPart = asked !== null || bytes.length < size
  return c.body(Uint8Array.from(bytes), isPart ? 206 : 200, {
    'content-type': 'text/plain; charset=utf-8',
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    ...(isPart && { 'content-range': `bytes ${from}-${from + bytes.length - 1}/${size}` }),
  })
}

const empty = new Uint8Array()

/** Null: the whole is wanted, or what cannot be understood, which HTTP says is the same. */
function rangeIn(header: string | undefined, size: number) {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (from >= size || to <= from)
    throw new ApiProblem(416, `The log has ${size} bytes; the range is not in it.`)
  return { from, to }
}
