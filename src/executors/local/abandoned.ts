import { rename, stat } from 'node:fs/promises'
import { removeEnvironment } from './environment.ts'
import { keeperReport } from './keeper.ts'
import type { Machine } from './machine.ts'
import { namesIn } from './names-in.ts'
import { environmentsDir, findPlaces, isOwnId, newOwnId, type Places, placesOf } from './places.ts'
import { hasCode, isAlive } from './processes.ts'

/** What an environment takes to be opened, and much more. */
const openingMs = 60_000

/** Removes what processes that were killed had kept ready or tried out. */
export async function removeAbandoned(machine: Machine): Promise<void> {
  const ids = (await namesIn(environmentsDir(machine.dataDir))) ?? []
  for (const id of ids.filter(isOwnId)) {
    const places = await findPlaces(machine.dataDir, id)
    const own = (await isAbandoned(places)) ? await takeOver(machine, places) : null
    if (own) await removeEnvironment(machine, own)
  }
}

/** Those of other processes that live are open, or are just being opened. */
async function isAbandoned(places: Places): Promise<boolean> {
  const report = await keeperReport(places)
  if (report?.ready) return !(await isAlive(report.identity))
  const made = await stat(places.kept).catch((error: unknown) => nullIfGone(error))
  return made !== null && Date.now() - made.mtimeMs > openingMs
}

/**
 * By another name nobody can give it to a task any more; null when somebody just has, or has removed it.
 */
async function takeOver(machine: Machine, places: Places): Promise<Places | null> {
  const own = placesOf(machine.dataDir, newOwnId('spare'), places.name)
  const taken = await rename(places.kept, own.kept).catch((error: unknown) => nullIfGone(error))
  return taken === null ? null : own
}

function nullIfGone(error: unknown): null {
  if (hasCode(error, 'ENOENT')) return null
  throw error
}
