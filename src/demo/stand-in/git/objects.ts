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
  let alive = true
  child.stdout.on('data', answerReader(waiting))
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

/** Hands every whole answer to who waits for it, and joins pieces only when enough have come. */
const answerReader = (waiting: Waiting[]): ((chunk: Buffer) => void) => {
  let chunks: Buffer[] = []
  let length = 0
  let needed = 0
  return (chunk) => {
    chunks.push(chunk)
    length += chunk.length
    if (length < needed) return
    const rest = takeAnswers(Buffer.concat(chunks, length), waiting)
    chunks = [rest.bytes]
    length = rest.bytes.length
    needed = rest.needed
  }
}

interface Rest {
  readonly bytes: Buffer
  /** How long `bytes` must become before the next answer can be whole. */
  readonly needed: number
}

const takeAnswers = (received: Buffer, waiting: Waiting[]): Rest => {
  let bytes = received
  while (true) {
    const lineEnd = bytes.indexOf('\n')
    if (lineEnd < 0) return { bytes, needed: 0 }
    const header = bytes.subarray(0, lineEnd).toString()
    const found = parseHeader(header)
    const end = lineEnd + 1 + (found ? found.size + 1 : 0)
    if (bytes.length < end) return { bytes, needed: end }
    const content = bytes.subarray(lineEnd + 1, end - 1)
    waiting.shift()?.resolve(found && { sha: found.sha, type: found.type, content })
    bytes = bytes.subarray(end)
  }
}

/** `SHA TYPE SIZE`, before the content; null when git has no such object. */
const parseHeader = (header: string): { sha: string; type: string; size: number } | null => {
  const [sha, type, size] = header.split(' ')
  if (/ (missing|ambiguous)$/.test(header) || !sha || !type || !size) return null
  return { sha, type, size: Number(size) }
}
