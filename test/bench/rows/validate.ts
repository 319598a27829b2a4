import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ordinary, realConfigs } from '../configs.ts'
import type { Line } from '../line.ts'
import { measure, type Spread, timed } from '../measure.ts'

/** What `npm install` puts on people's path. */
const linked = resolve(import.meta.dirname, '../../../node_modules/.bin/sluice')
const times = { warmUp: 3, runs: 15 }

/** `sluice validate` of an ordinary file from start to end, and how much of that is the start alone. */
export async function validateOne(): Promise<readonly Line[]> {
  const config = ordinary(realConfigs())
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  try {
    const file = join(directory, 'config.yml')
    await writeFile(file, config.text)
    return linesOf(
      await spread(process.execPath, ['--eval', '0']),
      await spread(linked, ['--version']),
      await spread(linked, ['validate', file]),
    )
  } finally {
    await rm(directory, { recursive: true })
  }
}

const linesOf = (node: Spread, version: Spread, validate: Spread): readonly Line[] => [
  {
    name: 'sluice --version, start to end',
    figure: version,
    floor: { name: 'node that does nothing', value: node.median },
  },
  {
    name: 'sluice validate of an ordinary config',
    figure: validate,
    floor: { name: 'sluice --version', value: version.median },
  },
]

const spread = (program: string, words: readonly string[]): Promise<Spread> =>
  measure(times, () => timed(() => run(program, words)))

/** 1 is an answer, too: the config has errors. */
async function run(program: string, words: readonly string[]): Promise<void> {
  const [code] = await once(spawn(program, words, { stdio: 'ignore' }), 'close')
  if (code !== 0 && code !== 1) throw new Error(`${program} ended with ${code}`)
}
