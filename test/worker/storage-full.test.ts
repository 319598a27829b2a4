import { expect, test } from 'vitest'
import { fileBlobs } from '../../src/blobs/blobs.ts'
import { attachStep, persistStep, runStep, workplace } from '../support/workplace.ts'

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
