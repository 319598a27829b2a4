import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { taskId } from '../../src/model/ids.ts'
import type { LogChunk } from '../../src/ports/logs.ts'
import { newControl } from '../../src/worker/control.ts'
import { type LogWriter, logWriter } from '../../src/worker/log-writer.ts'
import { maskingOf } from '../../src/worker/mask/mask.ts'
import { silentLog } from '../support/log.ts'

const key = { taskId: taskId('00000000-0000-4000-8000-000000000001'), step: 1 }
const limits = { log: { most: 3000, tail: 1000 } }

/** The store's rules in memory: whatever is stored lies without a gap. */
function logInMemory() {
  let log = Buffer.alloc(0)
  let source = 0
  const chunks: LogChunk[] = []
  return {
    chunks,
    text: () => log.toString(),
    end: () => ({ size: log.length, source }),
    append: async (_claim: number, _key: unknown, chunk: LogChunk) => {
      expect(chunk.offset).toBeLessThanOrEqual(log.length)
      log = Buffer.concat([log, chunk.bytes.subarray(log.length - chunk.offset)])
      source = chunk.source
      chunks.push(chunk)
      return true
    },
  }
}

type Memory = ReturnType<typeof logInMemory>

function writerTo(memory: Memory, hidden: readonly string[] = []) {
  const { append } = memory
  const logs = {
    append,
    end: async () => memory.end(),
    size: async () => memory.end().size,
    read: async () => new Uint8Array(),
    watch: () => () => undefined,
  }
  const tools = { logs, clock: systemClock, log: silentLog, limits }
  const where = { claim: 1, key, from: memory.end(), masking: maskingOf(hidden) }
  return logWriter(tools, newControl(), where)
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('')

const secrets = ['secret-word']

async function writeIn(writer: LogWriter, text: string, size: number): Promise<void> {
  for (let at = 0; at < text.length; at += size)
    await writer.write(Buffer.from(text.slice(at, at + size)))
  await writer.end()
}

const leftOut = /\n\[(\d+) bytes are left out here\]\n/

test('what stays below the limit is stored as it is', async () => {
  const memory = logInMemory()
  const writer = writerTo(memory)
  await writer.write(Buffer.from(lines(0, 200)))
  await writer.end()
  expect(memory.text()).toBe(lines(0, 200))
})

test('of a log that is too large the beginning and the end are kept, with what is missing between', async () => {
  const memory = logInMemory()
  const writer = writerTo(memory)
  for (let line = 0; line < 5000; line++) await writer.write(Buffer.from(lines(line, line + 1)))
  await writer.end()
  const [head = '', missing = '', tail = ''] = memory.text().split(leftOut)
  expect(head).toMatch(
    /^line 0\nline 1\n[^[]*\n\[more than 2 KiB: from here on only the last 1000 bytes are kept/,
  )
  expect(tail).toMatch(/^line \d+\n[^[]*line 4999\n$/)
  const kept = head.slice(0, head.indexOf('\n[more')).length
  expect(kept + Number(missing) + tail.length).toBe(lines(0, 5000).length)
  expect([kept, tail.length].map((size) => Math.round(size / 100))).toEqual([20, 10])
  expect(memory.end().source).toBe(lines(0, 5000).length)
})

test('nothing is said to be missing when nothing is', async () => {
  const memory = logInMemory()
  const writer = writerTo(memory)
  await writer.write(Buffer.from('x'.repeat(2500)))
  await writer.write(Buffer.from('the end'))
  await writer.end()
  expect(memory.text()).toMatch(/^x{2500}\n\[more than [^\]]*\]\nthe end$/)
})

test('an end without lines is kept to the byte', async () => {
  const memory = logInMemory()
  const writer = writerTo(memory)
  await writer.write(Buffer.from('x'.repeat(2001)))
  for (let at = 0; at < 90; at++) await writer.write(Buffer.from('abcdefg'.repeat(9)))
  await writer.end()
  const [, missing, tail] = memory.text().split(leftOut)
  expect(tail).toBe('abcdefg'.repeat(90 * 9).slice(-1000))
  expect(Number(missing)).toBe(90 * 63 - 1000)
})

test.each([10, 150, 250, 400, 4000])(
  'a writer that takes over after %i lines, with nothing but what is stored, stores the same',
  async (taken) => {
    const whole = `${lines(0, 120)}secret-word\n${lines(120, 5000)}secret-word\n`
    const alone = logInMemory()
    await writeIn(writerTo(alone, secrets), whole, 100)
    const memory = logInMemory()
    const first = writerTo(memory, secrets)
    for (let at = 0; at < taken * 10; at += 10)
      await first.write(Buffer.from(whole.slice(at, at + 10)))
    await expect.poll(() => memory.end().source).toBeGreaterThan(0)
    await writeIn(writerTo(memory, secrets), whole.slice(memory.end().source), 70)
    const parts = (text: string) => text.split(leftOut)
    const [, , tail] = parts(memory.text())
    expect(tail).toBe(parts(alone.text())[2])
    expect(memory.text().startsWith(lines(0, 120).slice(0, 500))).toBe(true)
    expect(memory.text()).not.toContain('secret')
    expect(memory.end().source).toBe(whole.length)
  },
)
