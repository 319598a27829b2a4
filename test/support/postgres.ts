import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import type { Connection } from '../../src/store/database.ts'

/** A throwaway PostgreSQL of this process. */
export interface Postgres {
  /** As its superuser. */
  readonly connection: Connection
  /** As an operator would: all clients are thrown out, data stays. */
  restart(): Promise<void>
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** Folder of the newest PostgreSQL that is installed in the system; null when there is none. */
export function systemPostgres(): string | null {
  const debian = '/usr/lib/postgresql'
  const majors = existsSync(debian) ? readdirSync(debian).map(Number).filter(Boolean) : []
  const folders = majors
    .toSorted((one, other) => other - one)
    .map((major) => `${debian}/${major}/bin`)
  const path = (process.env['PATH'] ?? '').split(delimiter)
  return [...folders, ...path].find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

/** PostgreSQL refuses to run as root, and asks the system for the name of its user. */
const nobody = { uid: 65_534, gid: 65_534 }
const account = process.getuid?.() === 0 ? nobody : null

/**
 * Starts a PostgreSQL without durability, on a unix socket. File 3 is a pipe that only this process
 * holds: when it ends, however that happens, the server ends and its files are removed. The word
 * `keep` on the pipe ends the server only.
 */
export async function startPostgres(bin: string): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'))
  if (account) await chown(folder, account.uid, account.gid)
  await initialise(bin, folder)
  let server = await launch(bin, folder)
  return {
    connection: { host: folder, user: 'sluice', database: 'postgres' },
    restart: async () => {
      await server.end('keep')
      server = await launch(bin, folder)
    },
    stop: () => server.end('remove'),
  }
}

async function initialise(bin: string, folder: string): Promise<void> {
  const child = spawn(
    join(bin, 'initdb'),
    [
      '-D',
      join(folder, 'data'),
      '-U',
      'sluice',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`initdb failed: ${said}`)
}

// Waits for the pipe, not for the server: its end is what this is for.
const script = `
folder=$1; shift
"$@" 3<&- &
read -r word <&3
kill -INT $!
wait
[ "$word" = keep ] || rm -rf "$folder"`

async function launch(bin: string, folder: string) {
  const settings = [
    `unix_socket_directories=${folder}`,
    'listen_addresses=',
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'shared_buffers=32MB',
    'max_connections=100',
    'jit=off',
  ].flatMap((setting) => ['-c', setting])
  const command = [join(bin, 'postgres'), '-D', join(folder, 'data'), ...settings]
  const child = spawn('/bin/sh', ['-c', script, 'sh', folder, ...command], {
    ...account,
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)))
  const closed = once(child, 'close')
  await ready({ host: folder, user: 'sluice', database: 'postgres' }, () => said)
  return {
    end: async (word: 'keep' | 'remove') => {
      const pipe = child.stdio[3]
      if (pipe instanceof Writable) pipe.end(`${word}\n`)
      await closed
    },
  }
}

async function ready(connection: Connection, said: () => string): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const client = new Client(connection)
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`PostgreSQL does not start: ${said()}`, { cause: error })
      await setTimeout(20)
    }
  }
}
