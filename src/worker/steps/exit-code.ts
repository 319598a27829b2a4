import { constants } from 'node:os'

const outOfMemory = 'most often because the memory was not enough'
const causes: Readonly<Record<string, string>> = {
  SIGKILL: outOfMemory,
  SIGSEGV: 'it used memory that is not its own',
  SIGABRT: 'it gave up by itself',
  SIGPIPE: 'nobody read what it wrote any more',
}

/** The signal that an exit code above 128 stands for, in a sentence; null: it stands for none. */
export function explainedCode(code: number): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => code === 128 + number)
  if (!found) return null
  const [signal] = found
  const cause = causes[signal]
  return `Exit code ${code} means that ${signal} ended it${cause === undefined ? '' : `: ${cause}`}.`
}
