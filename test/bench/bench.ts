/**
 * `npm run bench`: how long Sluice takes, beside what the machine itself needs for the same in the same
 * run, and which of our aims are met; to miss one is no failure. With words, only the rows whose names hold one of them, such as
 * `npm run bench -- hand-over`; with `--json`, for programs.
 *
 * A new row is a file in `rows` and a line in `rows` below. Nothing else should run on the machine
 * meanwhile: its load is printed above the table.
 */
import { parseArgs } from 'node:util'
import { type Floors, floorLines, measureFloors } from './floors.ts'
import type { Line } from './line.ts'
import { openPlace, type Place } from './place.ts'
import { saveAndRestore } from './rows/cache.ts'
import { compileConfigs } from './rows/compile.ts'
import { onDocker } from './rows/docker.ts'
import { firstProcess } from './rows/first-process.ts'
import { handOver } from './rows/hand-over.ts'
import { logs } from './rows/log.ts'
import { stepOverhead } from './rows/step.ts'
import { twentyJobs } from './rows/twenty-jobs.ts'
import { validateOne } from './rows/validate.ts'
import { smallFiles } from './rows/workspace.ts'
import { jsonOf, tableOf } from './table.ts'

type Row = (place: Place, floors: Floors) => Promise<readonly Line[]>

const rows: Readonly<Record<string, Row>> = {
  'first-process': firstProcess,
  'hand-over': handOver,
  'twenty-jobs': twentyJobs,
  step: stepOverhead,
  log: logs,
  cache: saveAndRestore,
  workspace: smallFiles,
  docker: onDocker,
  compile: compileConfigs,
  validate: validateOne,
}

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const lines = await linesOf(wanted(positionals))
process.stdout.write(`${values.json ? jsonOf(lines) : tableOf(lines)}\n`)

function wanted(words: readonly string[]): readonly Row[] {
  const chosen = Object.entries(rows).filter(
    ([name]) => words.length === 0 || words.some((word) => name.includes(word)),
  )
  if (chosen.length === 0) throw new Error(`no such row; there are ${Object.keys(rows).join(', ')}`)
  return chosen.map(([, row]) => row)
}

async function linesOf(chosen: readonly Row[]): Promise<readonly Line[]> {
  await using stack = new AsyncDisposableStack()
  const place = await openPlace(stack)
  const floors = await measureFloors(place)
  const found = [...floorLines(floors)]
  for (const row of chosen) found.push(...(await row(place, floors)))
  return found
}
