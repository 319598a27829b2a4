import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Open, TestDatabase } from '../support/database.ts'
import { aRun, save } from './store-runs.ts'

export function buildNumbersContract(open: Open): void {
  const jobsOf = async ({ store }: TestDatabase, repositoryId: number, count: number) => {
    const names = Array.from({ length: count }, (_, index) => [`job-${index}`, ''])
    const run = aRun({ graph: Object.fromEntries(names), repositoryId })
    await save(store, run)
    return run.jobs.map(({ id }) => ({ jobId: id, repositoryId }))
  }
  const anyRepository = () => randomInt(2 ** 31)

  test('count up in a repository, and tell the number before', async () => {
    const database = await open()
    const [here, there] = [anyRepository(), anyRepository()]
    const [first, second] = await jobsOf(database, here, 2)
    const [elsewhere] = await jobsOf(database, there, 1)
    if (!first || !second || !elsewhere) throw new Error('three jobs were to be stored')
    const { buildNumbers } = database.store
    expect(await buildNumbers.of(first)).toEqual({ number: 1, previous: null })
    expect(await buildNumbers.of(elsewhere)).toEqual({ number: 1, previous: null })
    expect(await buildNumbers.of(second)).toEqual({ number: 2, previous: 1 })
  })

  test('stay with their job, whoever asks again', async () => {
    const database = await open()
    const [job] = await jobsOf(database, anyRepository(), 1)
    if (!job) throw new Error('a job was to be stored')
    const other = await database.open()
    const first = await database.store.buildNumbers.of(job)
    expect(await other.buildNumbers.of(job)).toEqual(first)
  })

  test('are one for the tasks of a job and different for jobs, asked for at the same time', async () => {
    const database = await open()
    const jobs = await jobsOf(database, anyRepository(), 5)
    const asked = jobs.flatMap((job) => [job, job, job, job])
    const given = await Promise.all(asked.map((job) => database.store.buildNumbers.of(job)))
    const numbers = Map.groupBy(given, (_number, index) => asked[index]?.jobId)
    const distinct = [...numbers.values()].map((some) => new Set(some.map(({ number }) => number)))
    expect(distinct.map((some) => some.size)).toEqual([1, 1, 1, 1, 1])
    expect(new Set(given.map(({ number }) => number)).size).toBe(5)
  })
}
