import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../ports/log.ts'
import type { Folder } from './folder.ts'
import { majorOf, makeOwn, sync } from './folder.ts'
import { isAlive } from './pid.ts'
import { asServerProblem, codeOf, EmbeddedError, messageOf } from './problem.ts'
import { type Installation, type Place, spawnOptions, user, withPlace } from './program.ts'

const prefix = 'initialising-'
/** In a draft from its first moment to its last: only folders that hold it are ever wiped. */
const marker = 'sluice-made-this'

/**
 * Makes the database when there is none. `initdb` can be interrupted half-way, so it works on a draft
 * that gets its real name when it is complete; what is left of drafts of dead processes is wiped first.
 * Several processes may do this at once: the first to finish wins.
 */
export async function initialise(installation: Installation, log: Log): Promise<void> {
  await wipeDrafts(installation.folder, log)
  if ((await majorOf(installation.folder)) === null) await makeDatabase(installation, log)
}

async function makeDatabase(installation: Installation, log: Log): Promise<void> {
  const { folder, major, source } = installation
  log.info({ folder: folder.data, major, source }, 'making a new PostgreSQL database')
  const draft = join(folder.home, `${prefix}${randomUUID()}`)
  try {
    await beginDraft(draft, folder)
    await initdb(installation, join(draft, 'data'))
    await publish(join(draft, 'data'), folder)
  } finally {
    await wipe(draft)
  }
}

async function beginDraft(draft: string, { account }: Folder): Promise<void> {
  await makeOwn(draft, account)
  await writeFile(join(draft, marker), String(process.pid), { flag: 'wx' })
  await makeOwn(join(draft, 'data'), account)
}

async function initdb(installation: Installation, data: string): Promise<void> {
  const { folder } = installation
  const said = await withPlace(data, folder.account, (place) => runInitdb(installation, place))
  if (said === null) return
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const what = `initdb could not make a database in ${folder.data}`
  throw asServerProblem(what, folder.dataDir, lines.slice(-6))
}

/** Null when it worked, else what it said. */
async function runInitdb(
  { folder, bin, major }: Installation,
  { path, file4 }: Place,
): Promise<string | null> {
  const program = join(bin, 'initdb')
  const child = spawn(program, initdbArguments(path, major), {
    ...spawnOptions(folder.account),
    stdio: ['ignore', 'ignore', 'pipe', 'ignore', file4],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    said += piece
  })
  try {
    await once(child, 'close')
  } catch (error) {
    throw doesNotRun(program, error)
  }
  return child.exitCode === 0 ? null : said
}

/** No locale of the host: its next update could sort differently and so break every index on text. */
function initdbArguments(place: string, major: number): readonly string[] {
  const locale = ['--locale=C', ...(major >= 17 ? builtinLocale : [])]
  const access = ['--username', user, '--auth', 'trust', '--encoding', 'UTF8']
  return ['--pgdata', place, ...access, ...locale, '--data-checksums', '--no-instructions']
}

const builtinLocale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']

const doesNotRun = (program: string, cause: unknown): EmbeddedError =>
  new EmbeddedError(
    `${program} does not run on this system (${messageOf(cause)}; npm's PostgreSQL needs glibc 2.27 or newer): install PostgreSQL 18 from the system's packages, or set DATABASE_URL.`,
    { cause },
  )

/** The rename must outlive a power cut before the first row is promised to. */
async function publish(data: string, folder: Folder): Promise<void> {
  try {
    await rename(data, folder.data)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error
    return
  }
  await sync(folder.home)
}

async function wipeDrafts({ home }: Folder, log: Log): Promise<void> {
  const names = (await readdir(home)).filter((name) => name.startsWith(prefix))
  for (const draft of names.map((name) => join(home, name))) {
    if (!(await isAbandoned(draft))) continue
    log.warn({ folder: draft }, 'wiping a database that was left half made')
    await wipe(draft)
  }
}

/** Whether the process that began the draft is gone; an older one had the same pid in its container. */
async function isAbandoned(draft: string): Promise<boolean> {
  try {
    const maker = Number(await readFile(join(draft, marker), 'utf8'))
    if (maker !== process.pid) return !isAlive(maker)
    const { mtimeMs } = await stat(join(draft, marker))
    return mtimeMs < Date.now() - process.uptime() * 1000
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** The marker goes last, so that a wiping that is interrupted is taken up again. */
async function wipe(draft: string): Promise<void> {
  await rm(join(draft, 'data'), { recursive: true, force: true, maxRetries: 3 })
  await rm(join(draft, marker), { force: true })
  await rm(draft, { recursive: true, force: true })
}
