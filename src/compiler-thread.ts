/** Compiles, one work after the other, in a thread of its own. See `compiler.ts`. */
import { parentPort } from 'node:worker_threads'
import { vmRegex } from './cli/regex.ts'
import { compile } from './compile/compile.ts'
import { shelfOf } from './compile/with-orbs.ts'
import type { Work } from './conductor/compile-with-orbs.ts'

const regex = vmRegex()

parentPort?.on('message', ({ source, facts, orbs }: Work) => {
  const answer = compile(source, facts, { regex, orbs: shelfOf(orbs) })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer)
})
