import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { follow } from '../../src/executors/follow.ts'
import { endMark } from '../../src/executors/runner.ts'
import { exited, never } from '../support/executors.ts'

const mark = endMark('job/step')
let directory: string
let log: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-follow-'))
  log = join(directory, 'log')
})
afterEach(() => rm(directory, { recursive: true }))

const running = { outcome: async () => exited(0), vanished: async () => null }

test('no piece of the end mark is taken for output, wherever it is cut', async () => {
  for (let cut = 0; cut <= mark.length; cut++) {
    const file = join(directory, `log-${cut}`)
    await appendFile(file, Buffer.concat([Buffer.from('all of it'), mark.subarray(0, cut)]))
    const run = follow({ log: file, endMark: mark, ...running }, { from: 0, signal: never })
    const first = await run.next()
    expect(Buffer.from(first.value as Uint8Array).toString()).toBe('all of it')
    const rest = run.next()
    await appendFile(file, mark.subarray(cut))
    expect(await rest).toEqual({ done: true, value: exited(0) })
  }
})

test('what only began like an end mark is output after all', async () => {
  await appendFile(log, Buffer.concat([mark.subarray(0, 4), Buffer.from('!'), mark]))
  const run = follow({ log, endMark: mark, ...running }, { from: 0, signal: never })
  expect(Buffer.from((await run.next()).value as Uint8Array)).toEqual(
    Buffer.concat([mark.subarray(0, 4), Buffer.from('!')]),
  )
  expect(await run.next()).toEqual({ done: true, value: exited(0) })
})

test('of a step that vanished all that is there is given out', async () => {
  await appendFile(log, Buffer.concat([Buffer.from('last words'), mark.subarray(0, 4)]))
  const gone = { outcome: async () => null, vanished: async () => 'it is gone' }
  const run = follow({ log, endMark: mark, ...gone }, { from: 0, signal: never })
  const seen: Buffer[] = []
  let next = await run.next()
  for (; !next.done; next = await run.next()) seen.push(Buffer.from(next.value))
  expect(Buffer.concat(seen).toString()).toBe(`last words${mark.subarray(0, 4).toString()}`)
  expect(next.value).toEqual({ kind: 'lost', because: 'it is gone' })
})
