import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { ExecutorHealth } from '../../src/ports/executor.ts'
import type { Log } from '../../src/ports/log.ts'
import { aRun } from '../contract/store-runs.ts'
import { localIn, pathWithout } from '../support/executors.ts'
import { found, runStep, workplace } from '../support/workplace.ts'

/** A log that remembers the levels above `info`. */
function attentiveLog() {
  const said: string[] = []
  const note = (level: string) => (_facts: object, message: string) => {
    said.push(`${level}: ${message}`)
  }
  const quiet = () => undefined
  const log: Log = { debug: quiet, info: quiet, warn: note('warn'), error: note('error') }
  return { said, log }
}

/** A local executor that takes no jobs: for root because of the user, for others without isolation. */
async function refusingExecutor() {
  if (process.getuid?.() === 0) return localIn({ jobUser: 'no-such-user' })
  const path = await pathWithout('unshare')
  const local = await localIn({ path, unisolatedOk: false })
  return {
    ...local,
    close: async () => {
      await local.close()
      await rm(path, { recursive: true })
    },
  }
}

test('that no job can run here is a warning when the worker begins, not an error with each job', async () => {
  const { said, log } = attentiveLog()
  const refusing = await refusingExecutor()
  const place = await workplace({ executor: refusing.executor, log })
  await place.start()
  for (let jobs = 0; jobs < 2; jobs++) {
    const queued = await place.queue([runStep('echo never')])
    expect(await queued.outcome()).toMatchObject({
      kind: 'lost',
      because: expect.stringMatching(/cannot run|refused/),
    })
  }
  await found('the warning', async () => (said.length > 0 ? true : undefined))
  await Promise.all([place.close(), refusing.close()])
  const { warnings } = await refusing.executor.health()
  expect(said).toEqual(warnings.map((warning) => `warn: ${warning}`))
})

/** As this machine isolates jobs, but claiming to do it in another way. */
const claiming = async (isolation: ExecutorHealth['isolation']) => {
  const local = await localIn()
  const health = async () => ({ ...(await local.executor.health()), isolation })
  return { ...local, executor: { ...local.executor, health } }
}

test.each([
  ['none', 'failed'],
  ['uid', 'failed'],
  ['mounts', 'failed'],
  ['sandbox', 'success'],
  ['container', 'success'],
] as const)('where isolation is %s, a job of a fork is: %s', async (isolation, kind) => {
  const local = await claiming(isolation)
  const place = await workplace({ executor: local.executor })
  await place.start()
  const { event } = aRun().pipeline.trigger
  const fork = {
    ...event,
    name: 'pull_request',
    values: { 'pull_request.head.repo.id': 99 },
  } as const
  const stranger = await place.queue([runStep('echo in')], { trigger: { event: fork } })
  const own = await place.queue([runStep('echo in')])
  expect(await own.outcome()).toEqual({ kind: 'success' })
  const outcome = await stranger.outcome()
  expect(outcome.kind).toBe(kind)
  if (kind === 'failed') {
    expect(outcome).toHaveProperty(
      'because',
      expect.stringContaining('from forks are refused here'),
    )
  }
  await Promise.all([place.close(), local.close()])
})

test.each([
  ['uid', 1],
  ['none', 1],
  ['container', 0],
] as const)('where isolation is %s, the pages are told so (%i)', async (isolation, count) => {
  const local = await claiming(isolation)
  const place = await workplace({ executor: local.executor })
  await place.start()
  const { summary } = await local.executor.health()
  const own = await place.queue([runStep('echo in')])
  await own.outcome()
  const told = () => place.database.store.views.notices()
  await expect.poll(told).toEqual(count === 0 ? [] : [summary])
  await Promise.all([place.close(), local.close()])
})
