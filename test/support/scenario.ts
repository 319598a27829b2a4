import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/**
 * A behaviour as a file that people can find and read: a config, then pairs of what happens and which
 * checks GitHub shows once all is quiet, each part behind a line of three dashes.
 */
export interface Scenario {
  readonly name: string
  readonly config: string
  readonly chapters: readonly Chapter[]
}

export interface Chapter {
  readonly happens: Happening
  /** Conclusion by check name; of a check that is not completed, its status. */
  readonly checks: Readonly<Record<string, string>>
  /** Text that the log of a job must hold, by check name. */
  readonly logs: Readonly<Record<string, string>>
  /** Check names without workflow, in the order in which the jobs must have run. */
  readonly order: readonly string[]
}

type Happening =
  | { readonly kind: 'push'; readonly branch: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'click'; readonly action: string; readonly check: string }

const folder = join(import.meta.dirname, '../scenarios')

export const scenarios = (): readonly Scenario[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .toSorted()
    .map((file) => readScenario(file.replace('.yml', ''), readFileSync(join(folder, file), 'utf8')))

function readScenario(name: string, text: string): Scenario {
  const [config = '', ...parts] = text.split(/^---\n/m)
  const chapters = Array.from({ length: parts.length / 2 }, (_, index) =>
    readChapter(parse(parts[index * 2] ?? ''), parse(parts[index * 2 + 1] ?? '')),
  )
  if (chapters.length === 0 || parts.length % 2 !== 0)
    throw new Error(
      `scenario ${name}: after the config come pairs of what happens and what is seen`,
    )
  return { name, config, chapters }
}

type Loose = Readonly<Record<string, unknown>>

function readChapter(happens: Loose, seen: Loose): Chapter {
  const { jobs, logs, order, ...sluice } = seen
  return {
    happens: readHappening(happens),
    checks: { ...(sluice as Chapter['checks']), ...((jobs ?? {}) as Chapter['checks']) },
    logs: (logs ?? {}) as Chapter['logs'],
    order: (order ?? []) as Chapter['order'],
  }
}

function readHappening(happens: Loose): Happening {
  const [entry] = Object.entries(happens)
  const [word, value] = entry ?? ['nothing', '']
  const text = String(value)
  if (word === 'branch') return { kind: 'push', branch: text }
  return word === 'tag' ? { kind: 'tag', tag: text } : { kind: 'click', action: word, check: text }
}
