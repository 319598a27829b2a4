import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

/** Starts a command given as words, the first of which is the program; all its streams are pipes. */
export function spawnWords(
  words: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly detached?: boolean },
): ChildProcessWithoutNullStreams {
  const [program, ...rest] = words
  if (program === undefined) throw new Error('there is no program to start')
  return spawn(program, rest, { cwd: '/', ...options, stdio: 'pipe' })
}
