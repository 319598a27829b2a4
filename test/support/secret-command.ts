import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { text } from 'node:stream/consumers'
import { main } from './server-process.ts'
import type { Ended } from './sluice-command.ts'

/** Runs `sluice secret …` with `input` on standard input and nothing of our environment but `env`. */
export async function secretCommand(
  words: readonly string[],
  { input = '', env }: { readonly input?: string; readonly env: Readonly<Record<string, string>> },
): Promise<Ended> {
  const child = spawn(process.execPath, [main, 'secret', ...words], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', ...env },
  })
  const closed = once(child, 'close')
  child.stdin.end(input)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code: child.exitCode, out, err }
}
