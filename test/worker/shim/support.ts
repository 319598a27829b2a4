import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../../src/worker/shim/circleci.sh', import.meta.url))

const known = [
  { name: 'sh', words: ['sh'] },
  { name: 'dash', words: ['dash'] },
  { name: 'bash', words: ['bash'] },
  { name: 'busybox', words: ['busybox', 'sh'] },
]

/** The shells of this machine; of those that it lacks it says so. */
export const shells = known.filter(({ name, words }) => {
  const { error } = spawnSync(words[0] ?? '', [...words.slice(1), '-c', 'true'])
  if (error) console.log(`${name} is not tried: this machine has none`)
  return !error
})

export interface Answer {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface Around {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Calls `circleci` as `shell` runs it. */
export function circleci(
  shell: readonly string[],
  words: readonly string[],
  { input = '', env = {}, cwd }: Around = {},
): Answer {
  const [file = '', ...rest] = [...shell, program, ...words]
  const { status, stdout, stderr } = spawnSync(file, rest, {
    input,
    encoding: 'utf8',
    env: { PATH: searchPath, HOME: '/home/x', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  return { code: status, out: stdout, err: stderr }
}

const searchPath = execFileSync('sh', ['-c', 'printf %s "$PATH"'], { encoding: 'utf8' })

/** Runs a plain shell script that finds the command as `$circleci` and its standard input in `$items`. */
export function script(
  shell: readonly string[],
  text: string,
  env: Readonly<Record<string, string>>,
): string {
  const [file, ...rest] = shell
  return execFileSync(file ?? 'sh', [...rest, '-c', text], {
    encoding: 'utf8',
    env: { PATH: searchPath, circleci: [...shell, program].join(' '), ...env },
  })
}

export const lines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line !== '')
