import { expect, test } from 'vitest'
import { createLanes } from '../../src/orbs/lanes.ts'

/** A task that goes on until it is told to end. */
const task = () => Promise.withResolvers<string>()

test('as many tasks run at once as there are lanes, the others in their turn, also after a failure', async () => {
  const inLane = createLanes(2)
  const started: number[] = []
  const tasks = Array.from({ length: 5 }, task)
  const ends = tasks.map(({ promise }, index) =>
    inLane(() => {
      started.push(index)
      return promise
    }),
  )
  expect(started).toEqual([0, 1])
  tasks[1]?.reject(new Error('no'))
  await expect(ends[1]).rejects.toThrow('no')
  expect(started).toEqual([0, 1, 2])
  tasks[0]?.resolve('first')
  tasks[2]?.resolve('third')
  expect(await Promise.all([ends[0], ends[2]])).toEqual(['first', 'third'])
  expect(started).toEqual([0, 1, 2, 3, 4])
  tasks[3]?.resolve('fourth')
  tasks[4]?.resolve('fifth')
  await Promise.all([ends[3], ends[4]])
  const later = Array.from({ length: 3 }, task)
  for (const [index, { promise }] of later.entries())
    inLane(() => {
      started.push(10 + index)
      return promise
    }).catch(() => undefined)
  expect(started.slice(5)).toEqual([10, 11])
})
