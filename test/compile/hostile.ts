import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Event } from './oracles/support.ts'

export interface Answer {
  readonly kind: 'compiled' | 'rejected' | 'needs-orbs'
  readonly errors: readonly string[]
}

/** Compiles in a process that has 512 MB and 25 seconds: it must end by itself, with an answer. */
export function answerInChild(config: string, event: Event = {}): Answer {
  const child = join(import.meta.dirname, 'hostile-child.ts')
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=512', child],
    {
      input: JSON.stringify({ config, event }),
      encoding: 'utf8',
      timeout: 25_000,
      killSignal: 'SIGKILL',
      maxBuffer: 1 << 26,
    },
  )
  if (status !== 0) throw new Error(`ended with ${status ?? signal}: ${stderr.slice(-2000)}`)
  return JSON.parse(stdout)
}

/** Rejected, with an error that says all of this. */
export function expectRefusal(config: string, says: readonly RegExp[], event: Event = {}): void {
  const { kind, errors } = answerInChild(config, event)
  const good = errors.some((error) => says.every((phrase) => phrase.test(error)))
  if (kind === 'rejected' && good) return
  const found = errors.map((error) => error.slice(0, 300)).join('\n')
  expect.fail(`wanted ${says.join(' ')}, found ${kind}:\n${found}`)
}

export const repeat = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('')
