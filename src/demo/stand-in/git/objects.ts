import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Git } from './git.ts'

export interface GitObject {
  readonly sha: string
  readonly type: string
  readonly content: Buffer
}

/** Reads objects through one long-lived git process: a fraction of a millisecond each. */
export interface ObjectReader {
  /** The object that git's `expression` names, e.g. `SHA:path` or `refs/heads/main^{commit}`. */
  read(expression: string): Promise<GitObject | null>
  close(): void
}

interface Waiting {
  readonly resolve: (object: GitObject | null) => void
  readonly reject: (error: Error) => void
}

export const openObjects = (git: Git, directory: string): ObjectReader => {
  let reading: Reading | null = null
  return {
    read: (expression) => {
      if (/[\n\0]/.test(expression)) return Promise.resolve(null)
      if (!reading?.alive()) reading = startReading(git, directory)
      return reading.read(expression)
    },
    close: () => reading?.stop(),
  }
}

interface Reading {
  alive(): boolean
  read(expression: string): Promise<GitObject | null>
  stop(): void
}

const startReading = (git: Git, directory: string): Reading => {
  const child = spawn('git', ['cat-file', '--batch'], { cwd: directory, env: git.environment })
  const waiting: Waiting[] = []
  let received: Buffer = Buffer.alloc(0)
  let alive = true
  child.stdout.on('data', (chunk: Buffer) => {
    received = takeAnswers(Buffer.concat([received, chunk]), waiting)
  })
  const end = (error: Error) => {
    alive = false
    for (const one of waiting.splice(0)) one.reject(error)
  }
  watchEnd(child, end)
  return {
    alive: () => alive,
    read: (expression) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        child.stdin.write(`${expression}\n`)
      }),
    stop: () => {
      alive = false
      child.kill()
    },
  }
}

const watchEnd = (child: ChildProcessWithoutNullStreams, end: (error: Error) => void): void => {
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  child.once('error', end)
  child.stdin.once('error', end)
  child.once('close', () => end(new Error(`git cat-file ended: ${complaint.trim()}`)))
}

/** Hands every whole answer to who waits for it; returns the rest. */
const takeAnswers = (received: Buffer, waiting: Waiting[]): Buffer => {
  let rest = received
  while (true) {
    const answer = parseAnswer(rest)
    if (!answer) return rest
    rest = rest.subarray(answer.length)
    waiting.shift()?.resolve(answer.object)
  }
}

const parseAnswer = (
  bytes: Buffer,
): { readonly object: GitObject | null; readonly length: number } | null => {
  const lineEnd = bytes.indexOf('\n')
  if (lineEnd < 0) return null
  const header = bytes.subarray(0, lineEnd).toString()
  const [sha, type, size] = header.split(' ')
  if (/ (missing|ambiguous)$/.test(header) || !sha || !type || !size) {
    return { object: null, length: lineEnd + 1 }
  }
  const end = lineEnd + 1 + Number(size)
  if (bytes.length < end + 1) return null
  return { object: { sha, type, content: bytes.subarray(lineEnd + 1, end) }, length: end + 1 }
}
