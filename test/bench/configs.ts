import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Config {
  /** Name of its file. */
  readonly name: string
  readonly text: string
}

const root = resolve(import.meta.dirname, '../..')
const corpus = resolve(root, '../shared/corpus/configs')
const golden = join(root, 'test/compile/golden')

/** Real configs where there are some beside the project, else those of the compiler's tests; by size. */
export function realConfigs(): readonly Config[] {
  const found = existsSync(corpus) ? configsIn(corpus) : goldenConfigs()
  return found.toSorted((one, other) => one.text.length - other.text.length)
}

/** Not on standard output: that may be for a program. */
function goldenConfigs(): readonly Config[] {
  console.error('no corpus of real configs beside the project: the configs of the tests stand in')
  // What is expected of them follows their first line of dashes.
  return configsIn(golden).map(({ name, text }) => ({ name, text: text.split('\n---\n')[0] ?? '' }))
}

const configsIn = (folder: string): readonly Config[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

/** One that is as large as half of them are. */
export function ordinary(configs: readonly Config[]): Config {
  const middle = configs[Math.floor(configs.length / 2)]
  if (!middle) throw new Error('there are no configs')
  return middle
}
