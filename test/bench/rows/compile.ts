import { parseDocument } from 'yaml'
import { compileText } from '../../compile/support.ts'
import { type Config, realConfigs } from '../configs.ts'
import type { Line } from '../line.ts'
import { measure, type Times, timed } from '../measure.ts'

/** Compiling for a push, beside merely parsing the same text with the package that we parse with. */
export async function compileConfigs(): Promise<readonly Line[]> {
  const all = realConfigs()
  const largest = all.slice(-1)
  const size = Math.round((largest[0]?.text.length ?? 0) / 1024)
  return [
    await lineFor(`compile the largest config (${size} KiB)`, largest, { warmUp: 5, runs: 15 }),
    await lineFor(`compile all ${all.length} configs`, all, { warmUp: 2, runs: 7 }),
  ]
}

async function lineFor(name: string, configs: readonly Config[], times: Times): Promise<Line> {
  const each = (work: (text: string) => void) => () =>
    timed(async () => {
      for (const { text } of configs) work(text)
    })
  const parsing = await measure(times, each(parseOnly))
  const figure = await measure(times, each(compileText))
  return { name, figure, floor: { name: 'parsing the YAML', value: parsing.median } }
}

/** As lenient as the compiler: real files repeat keys, and their aliases are many. */
function parseOnly(text: string): void {
  const document = parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'silent' })
  document.toJS({ maxAliasCount: -1 })
}
