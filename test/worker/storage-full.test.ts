import { expect, test } from 'vitest'
import { fileBlobs } from '../../src/blobs/blobs.ts'
import { startKeeping } from '../../src/blobs/keeping.ts'
import { systemClock } from '../../src/clock.ts'
import type { Step } from '../../src/model/step.ts'
import { silentLog } from '../support/log.ts'
import { attachStep, persistStep, runStep, workplace } from '../support/workplace.ts'

const saveStep = (key: string, ...paths: readonly string[]): Step => ({
  type: 'save_cache',
  name: 'Saving Cache',
  when: 'on_success',
  where: { line: 1, column: 1, endLine: 1, endColumn: 1 },
  key,
  paths,
})
const write = runStep('mkdir out; head -c 100000 /dev/urandom > out/f')

test('persisting to a full store fails the step once, with what an operator can do', async () => {
  const place = await workplace()
  try {
    await place.start({ blobs: fileBlobs(`${place.dataDir}/blobs`, { quota: 50_000 }) })
    const queued = await place.queue([write, persistStep('out', '.')])
    expect(await queued.outcome()).toMatchObject({
      kind: 'failed',
      because: expect.stringMatching(
        /the storage of this server is full: .*SLUICE_STORAGE_QUOTA allows; raise it/,
      ),
    })
  } finally {
    await place.close()
  }
})

test('the oldest caches make room before what jobs hand to each other fails', async () => {
  const place = await workplace()
  try {
    const { store, query } = place.database
    // Young blobs would be kept for hours in case that somebody is about to refer to them.
    const blobs = fileBlobs(`${place.dataDir}/blobs`, { quota: 320_000, graceMs: -1000 })
    await place.start({ blobs })
    for (const key of ['first', 'second', 'third']) {
      const queued = await place.queue([write, saveStep(key, 'out')])
      expect(await queued.outcome()).toEqual({ kind: 'success' })
    }
    const persisting = async () => (await place.queue([write, persistStep('out', '.')])).outcome()
    expect(await persisting()).toMatchObject({ kind: 'failed' })
    await query(`update cache set saved_at = now() - interval '3 hours' where key <> 'third'`)
    const dropped = Promise.withResolvers<void>()
    const log = { ...silentLog, warn: () => dropped.resolve() }
    const parts = { blobs, references: store.blobReferences, clock: systemClock, log }
    const keeping = startKeeping(parts)
    await dropped.promise
    await keeping.stop()
    expect(await query('select key from cache order by id')).toEqual([
      { key: 'second' },
      { key: 'third' },
    ])
    expect(await persisting()).toEqual({ kind: 'success' })
  } finally {
    await place.close()
  }
})

test('6.4 lifetime: attaching what is not kept any more fails and names the job that persisted it', async () => {
  const place = await workplace()
  try {
    await place.start()
    const run = await place.graph(
      { a: '', b: 'a' },
      { a: [write, persistStep('out', '.')], b: [attachStep('in')] },
    )
    for (const task of await place.queueJob(run, 'a')) await task.outcome()
    const { store, query } = place.database
    await query(`update workspace_layer set added_at = now() - interval '15 days'`)
    await store.blobReferences.expire()
    const blobs = fileBlobs(`${place.dataDir}/blobs`, { graceMs: -1000 })
    expect((await blobs.sweep(() => store.blobReferences.referenced())).blobs).toBe(1)
    const [b] = await place.queueJob(run, 'b')
    expect(await b?.outcome()).toMatchObject({
      kind: 'failed',
      because: expect.stringContaining('a: what it persisted is not kept any more; run it again'),
    })
  } finally {
    await place.close()
  }
})
