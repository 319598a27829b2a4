import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { timed } from './measure.ts'

const execute = promisify(execFile)

export interface Tree {
  /** Holds the files in `tree`, and room for others. */
  readonly directory: string
  /** A tar of `tree`. */
  tar(): Readable
  /** How long a script of bash takes in `directory`, in milliseconds. */
  timed(script: string): Promise<number>
}

export interface Shape {
  readonly files: number
  readonly bytesEach: number
}

/** Files of text that compresses about as sources do, a hundred in a folder. */
export async function makeTree(stack: AsyncDisposableStack, shape: Shape): Promise<Tree> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  stack.defer(() => rm(directory, { recursive: true }))
  const text = textOf(shape.bytesEach * 64)
  for (let at = 0; at < shape.files; at++) {
    const folder = join(directory, 'tree', `folder${Math.floor(at / 100)}`)
    if (at % 100 === 0) await mkdir(folder, { recursive: true })
    const from = (at * 7919) % (text.length - shape.bytesEach)
    await writeFile(join(folder, `file${at}`), text.subarray(from, from + shape.bytesEach))
  }
  return {
    directory,
    tar: () => spawn('tar', ['-c', '-C', directory, 'tree']).stdout,
    timed: (script) =>
      timed(() => execute('/bin/bash', ['-c', `set -o pipefail; ${script}`], { cwd: directory })),
  }
}

/** Words in an order of chance that is the same each time. */
function textOf(size: number): Buffer {
  const words = Array.from({ length: 4000 }, (_, at) => (at * 2654435761).toString(36).slice(-7))
  const parts: string[] = []
  let chance = 1
  for (let length = 0; length < size; length += parts.at(-1)?.length ?? 0) {
    chance = (chance * 48271) % 2147483647
    parts.push(`${words[chance % words.length]}${chance % 9 === 0 ? '\n' : ' '}`)
  }
  return Buffer.from(parts.join('').slice(0, size))
}
