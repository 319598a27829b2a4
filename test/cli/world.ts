import type { ConfigIo } from '../../src/cli/config-io.ts'
import { regex } from '../compile/support.ts'

/** A command's world with these files in it (`-` is standard input), and what the command wrote to it. */
export function world(
  files: Readonly<Record<string, string>>,
  currentBranch: string | null = null,
) {
  const out: string[] = []
  const err: string[] = []
  const io: ConfigIo = {
    stdout: (line) => out.push(line),
    stderr: (text) => err.push(text),
    readFile: async (path) => files[path] ?? Promise.reject(new Error('ENOENT: no such file')),
    readStdin: async () => files['-'] ?? '',
    currentBranch: async () => currentBranch,
    regex,
    orbs: () => Promise.reject(new Error('no orb was to be fetched')),
    vendored: async () => null,
  }
  return { io, out, err }
}
