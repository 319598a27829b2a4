import { join } from 'node:path'
import type { Log } from '../../ports/log.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { type Folder, majorOf, prepareFolder } from './folder.ts'
import { initialise } from './initialise.ts'
import { usableNative } from './links.ts'
import { type Connection, connectionAt } from './probe.ts'
import { asFolderProblem, messageOf } from './problem.ts'
import type { Installation } from './program.ts'
import { clientHost } from './socket.ts'
import { supervise } from './supervise.ts'

/** The database that Sluice brings along, running. */
export interface Embedded {
  /** What `pg` needs to connect to the database `sluice`. */
  readonly connection: Connection
  /** PostgreSQL's, e.g. `18.4`. */
  readonly version: string
  /** Whether its programs are the system's or came with npm. */
  readonly source: 'system' | 'npm'
  /** True when another process had started it: it outlives our `stop`. */
  readonly adopted: boolean
  /** Who it runs as when we are root, so that jobs can be run as somebody else; null: as we do. */
  readonly runsAs: { readonly name: string; readonly uid: number } | null
  /** Ends it cleanly, or lets go of it when it was adopted. Connections should be closed before. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL on a unix socket below `dataDir`, or adopts the one that another process of Sluice
 * runs there; keeps it running, and ends it soon after this process ends, however that happens.
 *
 * `binDir` names the folder of `postgres` and `initdb`, `nativeDir` npm's programs where they are not
 * where npm put them; without them the system's PostgreSQL of the right version is preferred to npm's.
 * Rejects with `EmbeddedError`, a sentence for the operator.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { installation, connection } = await prepare(options)
  const supervised = await supervise(installation, connection, options.log)
  const letLinkAge = keepLink(installation.folder, options.log)
  const { adopted, server } = supervised
  const stop = async () => {
    letLinkAge()
    await supervised.stop()
  }
  const { version, source } = server
  return { connection, version, source, adopted, runsAs: installation.folder.account, stop }
}

export interface EmbeddedOptions {
  readonly dataDir: string
  readonly log: Log
  readonly binDir?: string | undefined
  readonly nativeDir?: string | undefined
}

/** Everything up to the server itself: folders, programs, a database, and where to connect. */
async function prepare(
  options: EmbeddedOptions,
): Promise<{ installation: Installation; connection: Connection }> {
  const { dataDir, log, binDir, nativeDir } = options
  try {
    const folder = await prepareFolder(dataDir)
    const binaries = await findBinaries(await majorOf(folder), { binDir, native: nativeDir })
    const { major, source } = binaries
    const installation = { folder, bin: await binOf(binaries, folder), major, source }
    await initialise(installation, log)
    return { installation, connection: connectionAt(await clientHost(folder.socket)) }
  } catch (error) {
    throw asFolderProblem(error, dataDir)
  }
}

/** The folder to run the programs from, by whoever PostgreSQL runs as. */
async function binOf(binaries: Binaries, { account, dataDir }: Folder): Promise<string> {
  if (binaries.source === 'system') return binaries.bin
  const { native, version } = binaries
  return join(await usableNative({ native, version, account, dataDir }), 'bin')
}

/** A link among temporary files is tidied away when it is old. Returns the way to stop. */
function keepLink({ socket }: Folder, log: Log): () => void {
  const renew = () => {
    clientHost(socket).catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'the short link to the database is in danger')
    })
  }
  const timer = setInterval(renew, 3_600_000).unref()
  return () => clearInterval(timer)
}
