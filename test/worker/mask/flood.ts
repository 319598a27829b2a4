/** Passes 200 MB on their way into a log, in a process of its own, and tells what that took. */
import { randomBytes } from 'node:crypto'
import { systemClock } from '../../../src/clock.ts'
import { taskId } from '../../../src/model/ids.ts'
import { newControl } from '../../../src/worker/control.ts'
import { logWriter } from '../../../src/worker/log-writer.ts'
import { maskingOf } from '../../../src/worker/mask/mask.ts'
import { silentLog } from '../../support/log.ts'

const megabyte = 1024 * 1024
const rounds = 200
const secrets = Array.from({ length: 50 }, () => randomBytes(24).toString('base64'))
const lines = Array.from(
  { length: 24_000 },
  (_, index) => `[${index}] compiling src/module-${index % 97}.ts and linking ${index * 31}\n`,
)
const noise = Buffer.from(lines.join('')).subarray(0, megabyte - 64)
const roundOf = (round: number): Buffer =>
  Buffer.concat([Buffer.from(` ${secrets[round % 50]} `.padEnd(64)), noise])

let [size, source, masked, most] = [0, 0, 0, 0]
const logs = {
  append: async (_claim: number, _key: unknown, chunk: { bytes: Uint8Array; source: number }) => {
    const bytes = Buffer.from(chunk.bytes)
    for (let at = bytes.indexOf('****'); at >= 0; at = bytes.indexOf('****', at + 4)) masked++
    size += bytes.length
    source = chunk.source
    return true
  },
  end: async () => ({ size, source }),
  size: async () => size,
  read: async () => new Uint8Array(),
  watch: () => () => undefined,
}
const limits = { log: { most: 100 * megabyte, tail: megabyte } }
const writer = logWriter({ logs, clock: systemClock, log: silentLog, limits }, newControl(), {
  claim: 1,
  key: { taskId: taskId('00000000-0000-4000-8000-000000000001'), step: 1 },
  from: { size: 0, source: 0 },
  masking: maskingOf(secrets),
})

const before = process.memoryUsage().rss
const began = performance.now()
for (let round = 0; round < rounds; round++) {
  const whole = roundOf(round)
  for (let at = 0; at < whole.length; at += 65_536)
    await writer.write(whole.subarray(at, at + 65_536))
  most = Math.max(most, process.memoryUsage().rss)
}
await writer.end()
const seconds = (performance.now() - began) / 1000
console.log(
  JSON.stringify({
    growth: Math.round((most - before) / megabyte),
    stored: Math.round(size / megabyte),
    settled: source / megabyte,
    masked,
    rate: Math.round(rounds / seconds),
  }),
)
