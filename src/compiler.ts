import { Worker } from 'node:worker_threads'
import type { Compiled } from './compile/compile.ts'
import type { CompileOnce, Work } from './conductor/compile-with-orbs.ts'

export interface Compiler {
  /** Resolves also when the config cannot be compiled in time or memory: that is a rejection. */
  readonly compile: CompileOnce
  close(): Promise<void>
}

export interface CompilerLimits {
  /** For one config, in milliseconds; real ones take a few. */
  readonly timeMs: number
  readonly memoryMb: number
}

const usualLimits: CompilerLimits = { timeMs: 20_000, memoryMb: 768 }

/**
 * Compiles in a thread, so that a hostile config keeps neither webhooks nor the conductor waiting, and one
 * that takes too long or too much memory ends with its thread. One work at a time, in the order of asking.
 */
export function startCompiler(limits = usualLimits): Compiler {
  let thread: Worker | null = startThread(limits)
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  return {
    compile: (work) => {
      const turn = last.then(async () => {
        thread ??= startThread(limits)
        const answer = await inTime(thread, work, limits)
        if (answer.kind === 'answered') return answer.compiled
        // A config is not to blame for our going away: the work is done again by whoever comes next.
        if (closed) throw new Error('Sluice is stopping')
        await thread.terminate()
        thread = null
        return rejection(work, answer.because)
      })
      last = turn.catch(() => null)
      return turn
    },
    close: async () => {
      closed = true
      await thread?.terminate()
    },
  }
}

function startThread({ memoryMb }: CompilerLimits): Worker {
  const thread = new Worker(new URL('./compiler-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })
  // Work in hand keeps the process alive; an idle thread must not.
  thread.unref()
  return thread
}

type Answer =
  | { readonly kind: 'answered'; readonly compiled: Compiled }
  | { readonly kind: 'failed'; readonly because: string }

function inTime(thread: Worker, work: Work, { timeMs }: CompilerLimits): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const fail = (because: string) => resolve({ kind: 'failed', because })
  const timer = setTimeout(fail, timeMs, `it took longer than ${timeMs / 1000} s`)
  const answered = (compiled: Compiled) => resolve({ kind: 'answered', compiled })
  const broken = (error: unknown) => fail(error instanceof Error ? error.message : String(error))
  const ended = (code: number) => fail(`its thread ended with ${code}`)
  thread.once('message', answered).once('error', broken).once('exit', ended)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  thread.postMessage(work)
  return promise.finally(() => {
    clearTimeout(timer)
    thread.off('message', answered).off('error', broken).off('exit', ended)
  })
}

function rejection({ source }: Work, because: string): Compiled {
  const message = `the config could not be compiled: ${because}`
  const where = { line: 1, column: 1, endLine: 1, endColumn: 1 }
  const hint = 'Look for parts that multiply: aliases, matrices, commands that call commands.'
  const common = { code: 'too-large', severity: 'error', file: source.file, path: '' } as const
  return { kind: 'rejected', diagnostics: [{ ...common, message, where, hint }] }
}
