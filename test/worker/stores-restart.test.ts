import { expect, test } from 'vitest'
import type { Step } from '../../src/model/step.ts'
import { named } from '../contract/store-runs.ts'
import { runStep, type Workplace, workplace } from '../support/workplace.ts'

const where = { line: 1, column: 1, endLine: 1, endColumn: 2 }
const base = { name: 'store', when: 'always', where } as const
const save: Step = { ...base, type: 'save_cache', key: 'k', paths: ['f'] }
const keep: Step = { ...base, type: 'store_artifacts', path: 'f', destination: null }
const results: Step = { ...base, type: 'store_test_results', path: 'f' }
const file = runStep(`echo '<testsuite><testcase name="t"/></testsuite>' > f`)

/** A database that goes away at the moment when it is to be told of what was stored. */
function parting({ database: { store } }: Workplace) {
  const asked = Promise.withResolvers<void>()
  const away = async (): Promise<never> => {
    asked.resolve()
    throw new Error('the database is away')
  }
  const parts = {
    caches: { ...store.caches, save: away },
    artifacts: { ...store.artifacts, add: away },
  }
  return { parts, asked: asked.promise }
}

test.each([
  ['save_cache', save, 'Stored Cache to k\n'],
  ['store_artifacts', keep, 'Stored 1 file (44 bytes)\n'],
] as const)('a restart in the middle of %s does it again, once', async (_name, step, said) => {
  const place = await workplace()
  try {
    const { parts, asked } = parting(place)
    const first = await place.start(parts)
    const queued = await place.queue([file, step, results])
    await asked
    await first.stop()
    await place.start()
    expect(await queued.outcome()).toEqual({ kind: 'success' })
    const log = await queued.log(2)
    expect(log.split(said)).toHaveLength(2)
    expect(await queued.log(3)).toBe('Stored the results of 1 test: 0 failed, 0 skipped\n')
    const { store } = place.database
    const { total } = await store.artifacts.of(named(queued.run, 'build').id, 10)
    const { repository } = queued.run.pipeline.trigger
    const cache = await store.caches.find({ repositoryId: repository.id, fork: '' }, 'k')
    expect([total, cache === null]).toEqual(step === save ? [0, false] : [1, true])
  } finally {
    await place.close()
  }
})
