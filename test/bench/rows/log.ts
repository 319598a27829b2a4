import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { secretsOf } from '../../../src/secrets/secrets.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { openVault } from '../../../src/store/secrets.ts'
import { silentLog } from '../../support/log.ts'
import { feed } from '../feed.ts'
import { configOfJobs } from '../graph.ts'
import { atLeast, atMost, type Line } from '../line.ts'
import { measure, measureInTurns, type Spread, spreadOf, timed } from '../measure.ts'
import { type Place, secretsKey } from '../place.ts'
import { concluded, push, stamp, stamped } from '../pushes.ts'
import { handOvers } from './hand-over.ts'

const megabyte = 1_000_000
/** What a step prints again and again. */
const noiseSize = 16 * megabyte
/** All of this is stored; of more only the beginning and the end are. */
const storedTimes = 15
/** A gigabyte. */
const floodTimes = 64
const secrets = Array.from({ length: 50 }, () => randomBytes(24).toString('base64'))

/** A step that prints a lot, from its first byte to the end of its job; with 50 secrets to hide. */
export async function logs(place: Place): Promise<readonly Line[]> {
  await using stack = new AsyncDisposableStack()
  const memory = watchMemory(place.pid, stack)
  const printer = await openPrinter(place, stack)
  const whole = storedTimes * noiseSize
  const [stored, floor] = await measureInTurns(
    { warmUp: 1, runs: 3 },
    () => printer.print(storedTimes),
    () => printer.toFile(storedTimes),
  )
  const handOver = await handOvers(place, { length: 2, seconds: 0.3 })
  const calm = await measure({ warmUp: 1, runs: 7 }, handOver)
  const beside = await meanwhile(printer.print(floodTimes), handOver)
  return [
    {
      name: `log of ${whole / megabyte} MB, printed → stored, with 50 secrets`,
      figure: rateOf(stored, whole),
      unit: 'MB/s',
      floor: { name: 'a pipe into a file', value: rateOf(floor, whole).median },
      aim: atLeast(100),
    },
    {
      name: `memory that logs of up to ${(floodTimes * noiseSize) / megabyte} MB take`,
      figure: spreadOf([memory.growth()]),
      unit: 'MB',
      floor: null,
      aim: atMost(150),
    },
    {
      name: 'job’s end → dependent’s start beside such a log',
      figure: beside,
      floor: { name: 'the same without', value: calm.median },
    },
  ]
}

interface Printer {
  /** Prints the noise so many times in a job; how long that took until the job had ended, in milliseconds. */
  print(times: number): Promise<number>
  /** The same through a pipe into a file. */
  toFile(times: number): Promise<number>
}

async function openPrinter(place: Place, stack: AsyncDisposableStack): Promise<Printer> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  stack.defer(() => rm(directory, { recursive: true }))
  const noise = noiseOf(noiseSize)
  const file = join(directory, 'noise')
  await writeFile(file, noise)
  const fetched = (await feed(stack, () => Readable.from([noise])))('cat > noise')
  const copy = await place.repository('logs')
  await storeSecrets(place, 'logs')
  const again = (path: string, times: number): string =>
    `for ((i = 0; i < ${times}; i++)); do cat ${path}; done`
  return {
    print: async (times) => {
      const { sha, run } = await push(copy, (name) => {
        const printing = `${stamp(place, name)}\n${again('noise', times)}`
        const steps = [{ run: fetched }, { run: printing }]
        return configOfJobs([{ name: 'job', requires: [], steps }])
      })
      return (await concluded(place, sha)) - (await stamped(place, run))
    },
    toFile: (times) => {
      const words = ['-c', `{ ${again(file, times)}; } | cat > ${directory}/copy`]
      return timed(() => once(spawn('/bin/bash', words, { stdio: 'ignore' }), 'close'))
    },
  }
}

/** Lines as tools print them, with a secret here and there. */
function noiseOf(size: number): Buffer {
  const lines = Array.from({ length: 20_000 }, (_, index) => {
    const secret = index % 500 === 0 ? ` with ${secrets[(index / 500) % secrets.length]}` : ''
    return `[${index}] compiling src/module-${index % 97}.ts and linking ${index * 31}${secret}\n`
  })
  const text = Buffer.from(lines.join(''))
  return Buffer.alloc(size, text)
}

async function storeSecrets({ connection }: Place, name: string): Promise<void> {
  const database = openDatabase(connection, silentLog)
  try {
    const stored = secretsOf(openVault(database), secretsKey)
    const scope = { kind: 'project', owner: 'acme', name } as const
    for (const [index, secret] of secrets.entries())
      await stored.set(scope, `SECRET_${index}`, secret)
  } finally {
    await database.close()
  }
}

/** What `sample` comes to again and again until `work` is done. */
async function meanwhile(
  work: Promise<unknown>,
  sample: () => Promise<readonly number[]>,
): Promise<Spread> {
  const over = new AbortController()
  const done = work.finally(() => over.abort())
  // It is awaited in the end; until then its failure is nobody's.
  done.catch(() => undefined)
  const samples: number[] = []
  while (!over.signal.aborted) samples.push(...(await sample()))
  await done
  return spreadOf(samples)
}

/** How much more memory a process had at its worst than now, in megabytes. */
function watchMemory(pid: number, stack: AsyncDisposableStack): { readonly growth: () => number } {
  const before = residentOf(pid)
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, residentOf(pid))
  }, 20)
  stack.defer(() => clearInterval(timer))
  return { growth: () => (most - before) / megabyte }
}

const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

/** Megabytes a second. */
const rateOf = ({ median, min, max, samples }: Spread, bytes: number): Spread => {
  const rate = (ms: number): number => bytes / 1000 / ms
  return { median: rate(median), min: rate(max), max: rate(min), samples }
}
