import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownUids } from '../../src/executors/local/own-user.ts'
import { uidsOfProcesses } from '../../src/executors/local/processes.ts'
import type { EnvironmentHandle } from '../../src/ports/executor.ts'
import { localIn, never, pathWithout, ran, specOf, stepOf, tarOf } from '../support/executors.ts'

const asRoot = process.getuid?.() === 0
if (!asRoot) console.info('users of their own are not tested: only root can give them')

describe.skipIf(!asRoot)('where there are no namespaces, a job', () => {
  let path: string
  let local: Awaited<ReturnType<typeof localIn>>
  const open = () => local.executor.prepare(specOf(), never)
  const uidOf = async (job: EnvironmentHandle): Promise<number> =>
    Number((await ran(job, stepOf('id -u'))).output)

  beforeAll(async () => {
    path = await pathWithout('unshare')
    local = await localIn({ path })
  })
  afterAll(async () => {
    await local.close()
    await rm(path, { recursive: true })
  })

  test('is a user that no other job is, while it runs', async (context) => {
    const { isolation, summary } = await local.executor.health()
    if (!summary.includes('a user of its own'))
      context.skip(`isolation is ${isolation}: ${summary}`)
    const jobs = await Promise.all(Array.from({ length: 8 }, open))
    const uids = await Promise.all(jobs.map(uidOf))
    expect(new Set(uids).size).toBe(8)
    for (const uid of uids) {
      expect(uid).toBeGreaterThanOrEqual(ownUids.first)
      expect(uid).toBeLessThanOrEqual(ownUids.last)
    }
    await Promise.all(jobs.map((job) => job.dispose()))
  })

  test('stays that user when its worker comes back, and owns what is unpacked for it', async () => {
    const job = await open()
    const uid = await uidOf(job)
    const back = await localIn({ path, dataDir: local.dataDir })
    const again = await back.executor.attach(job.id)
    if (!again) throw new Error('the environment is gone')
    await again.putTar('~/restored', tarOf({ file: 'restored' }))
    const owners = 'id -u; stat -c %u ~ "$TMPDIR" ~/restored/file; stat -c %a ~/..'
    expect((await ran(again, stepOf(owners))).output).toBe(`${`${uid}\n`.repeat(4)}700\n`)
    await back.executor.close()
    await job.dispose()
  })

  test('ends with all its processes, even those that hide, and leaves no user behind', async () => {
    const job = await open()
    const uid = await uidOf(job)
    await ran(job, stepOf('setsid env -i sleep 1000 > /dev/null 2>&1 & sleep 0'))
    await expect.poll(uidsOfProcesses).toContain(uid)
    await job.dispose()
    expect(await uidsOfProcesses()).not.toContain(uid)
  })
})
