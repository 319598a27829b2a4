import { expect, test } from 'vitest'
import { fakeExecutor } from '../../src/executors/fake.ts'
import type { Step } from '../../src/model/step.ts'
import { runStep, workplace } from '../support/workplace.ts'

const base = {
  name: 'x',
  when: 'on_success',
  where: { line: 1, column: 1, endLine: 1, endColumn: 2 },
} as const
const key = 'v1-{{ arch }}-{{ checksum "lock" }}'
const steps: readonly Step[] = [
  { ...base, type: 'restore_cache', keys: [key] },
  runStep('npm ci'),
  { ...base, type: 'save_cache', key, paths: ['node_modules', '~/.npm'] },
  { ...base, type: 'store_test_results', path: 'reports' },
  { ...base, type: 'store_artifacts', path: 'reports', destination: null },
]

test('a job in which nothing really runs saves, restores and stores all the same', async () => {
  const place = await workplace({ executor: fakeExecutor() })
  try {
    await place.start()
    const first = await place.queue(steps)
    expect(await first.outcome()).toEqual({ kind: 'success' })
    expect(await first.log(1)).toContain('No cache is found for key: v1-')
    expect(await first.log(3)).toContain('Stored Cache to v1-')
    const second = await place.queue(steps)
    expect(await second.outcome()).toEqual({ kind: 'success' })
    expect(await second.log(1)).toContain('Found a cache from build')
    expect(await second.log(3)).toContain('Skipping cache generation')
  } finally {
    await place.close()
  }
})
