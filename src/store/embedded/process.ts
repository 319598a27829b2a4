import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Log } from '../../ports/log.ts'
import { messageOf } from './problem.ts'
import { type Installation, type Place, spawnOptions, withPlace } from './program.ts'
import { port } from './socket.ts'

/** A PostgreSQL that this process started. */
export interface Server {
  /** Resolves with how it ended, after the last line of its log. */
  readonly ended: Promise<string>
  isRunning(): boolean
  /** The last lines of its own log; all of them are there when `ended` has resolved. */
  tail(): readonly string[]
  /** Ends it cleanly, clients or not, and waits for that. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL under the shell and waits with it. File 3 is a pipe that only we hold: it closes
 * when we end it or are killed, and PostgreSQL then shuts down fast and cleanly. It is told more than
 * once, because it hears nothing in its first milliseconds. The shell and its child at the pipe outlive
 * the signals that a service manager sends to all processes of a service, so as not to cut the tie.
 */
const script = `
"$@" 3<&- &
server=$!
{ trap '' HUP TERM; read -r _ <&3; while kill -INT "$server"; do sleep 0.1; done; } 2>/dev/null &
tie=$!
trap : HUP INT PIPE QUIT TERM
while wait "$server"; status=$?; kill -0 "$server" 2>/dev/null; do :; done
kill -KILL "$tie" 2>/dev/null
exit "$status"
`
/** How long a clean end may take before it is forced; the next start then recovers from the log. */
const patienceMs = 60_000
const tailLines = 12

/** `owner` is shown to every client, so that others can tell whose server it is. */
export function spawnServer(installation: Installation, owner: string, log: Log): Promise<Server> {
  const { folder } = installation
  return withPlace(folder.data, folder.account, (place) => {
    const child = launch(installation, place, owner)
    const lines = keepLines(child.stderr, log)
    const ended = endOf(child)
    const isRunning = () =>
      child.pid !== undefined && child.exitCode === null && child.signalCode === null
    return { ended, isRunning, tail: () => lines, stop: () => stop(child, ended) }
  })
}

function launch(installation: Installation, place: Place, owner: string): ChildProcess {
  const { bin, folder } = installation
  const command = [join(bin, 'postgres'), ...serverArguments(installation, place.path, owner)]
  return spawn('/bin/sh', ['-c', script, 'sh', ...command], {
    ...spawnOptions(folder.account),
    // Its own session: Ctrl-C is for us to handle, and we still need the database then.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', place.file4],
  })
}

/** Given with the command, so that the files that `initdb` wrote never matter. */
function serverArguments(
  { major, source }: Installation,
  place: string,
  owner: string,
): readonly string[] {
  const settings = {
    ...common,
    ...(major >= 18 ? { io_method: 'sync' } : {}),
    'sluice.owner': owner,
    'sluice.source': source,
  }
  return [
    '-D',
    place,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

const common = {
  listen_addresses: '',
  port: String(port),
  // Seen from `data`, where PostgreSQL works: it has no trouble with long paths then.
  unix_socket_directories: '../socket',
  unix_socket_permissions: '0700',
  fsync: 'on',
  full_page_writes: 'on',
  shared_buffers: '64MB',
  max_connections: '60',
  jit: 'off',
  idle_in_transaction_session_timeout: '30s',
  cluster_name: 'sluice',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '',
  // Statements carry what users wrote.
  log_min_error_statement: 'panic',
}

function keepLines(stream: Readable | null, log: Log): readonly string[] {
  const lines: string[] = []
  if (!stream) return lines
  createInterface({ input: stream }).on('line', (line) => {
    if (line === '') return
    log.debug({ line }, 'PostgreSQL says')
    lines.push(line)
    if (lines.length > tailLines) lines.shift()
  })
  return lines
}

/** `close` comes after the end and the last line; it also waits for the tie, which is of no use then. */
async function endOf(child: ChildProcess): Promise<string> {
  child.once('exit', () => untie(child))
  try {
    await once(child, 'close')
    return child.signalCode ?? `exit code ${child.exitCode}`
  } catch (error) {
    untie(child)
    return messageOf(error)
  }
}

const untie = (child: ChildProcess): void => {
  child.stdio[3]?.destroy()
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  untie(child)
  const timer = setTimeout(() => forceEnd(child), patienceMs)
  await ended
  clearTimeout(timer)
}

/** To the whole group: the shell ignores it, PostgreSQL ends at once and recovers at the next start. */
function forceEnd({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGQUIT')
}
