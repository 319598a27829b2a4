import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { isId } from '../model/ids.ts'
import type { LogChunk, LogEnd, LogKey, Logs } from '../ports/logs.ts'
import type { Database, Queries } from './database.ts'
import type { LogWatch } from './log-watch.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
/** Hardly larger than with the usual level, for little more than half the work. */
const quickly = { [constants.ZSTD_c_compressionLevel]: 1 }

/** Logs as zstd chunks, each beginning where the one before ends. */
export function openLogs(database: Database, watch: LogWatch): Logs {
  return {
    append: (claim, key, chunk) => append(database, watch, { claim, key, ...chunk }),
    end: (key) => endOf(database, key),
    size: async (key) => (await endOf(database, key)).size,
    read: (key, from, limit) => readLog(database, key, from, limit),
    watch: (key, listener) => watch.add(key, listener),
  }
}

interface Piece extends LogChunk {
  readonly claim: number
  readonly key: LogKey
}

async function append(database: Database, watch: LogWatch, piece: Piece): Promise<boolean> {
  if (piece.bytes.length > 0 && (await insert(database, piece))) {
    watch.grew(piece.key, piece.offset + piece.bytes.length)
    return true
  }
  return appendRest(database, watch, piece)
}

const insert = async (database: Database, { claim, key, offset, bytes, source }: Piece) =>
  (await database.change(insertChunk, [
    key.taskId,
    claim,
    key.step,
    offset,
    bytes.length,
    await compress(bytes, { pledgedSrcSize: bytes.length, params: quickly }),
    source,
  ])) > 0

const endOfLog = (task: string, step: string) => `
  coalesce((select start + length from log_chunk where task_id = ${task} and step = ${step}
             order by start desc limit 1), 0)`

const insertChunk = {
  name: 'append-log',
  text: `
    with added as (
      insert into log_chunk (task_id, step, start, length, zstd, source)
      select id, $3::integer, $4::bigint, $5::integer, $6::bytea, $7::bigint from task
       where id = $1 and claim = $2 and state = 'running' and $4 = ${endOfLog('$1', '$3')}
          on conflict do nothing
      returning task_id, step, start + length as size)
    select pg_notify('sluice_log', task_id || ':' || step || ':' || size) from added`,
}

/** The chunk does not begin at the end: all or some of it is there already, or something is missing. */
async function appendRest(database: Database, watch: LogWatch, piece: Piece): Promise<boolean> {
  const { claim, key, offset, bytes } = piece
  const [row] = await database.rows<{ holds: boolean; size: number }>(claimAndSize, [
    key.taskId,
    claim,
    key.step,
  ])
  if (!row?.holds) return false
  if (offset > row.size) {
    throw new Error(
      `log ${key.taskId} step ${key.step}: bytes from ${offset} on, but only ${row.size} are stored`,
    )
  }
  const rest = bytes.subarray(row.size - offset)
  if (rest.length === 0) return true
  return append(database, watch, { ...piece, offset: row.size, bytes: rest })
}

const claimAndSize = `
  select exists (select from task where id = $1 and claim = $2 and state = 'running') as holds,
         ${endOfLog('$1', '$3')} as size`

async function endOf(queries: Queries, key: LogKey): Promise<LogEnd> {
  if (!isId(key.taskId)) return nothing
  const place = [key.taskId, key.step]
  const [end] = await queries.rows<LogEnd & { [column: string]: unknown }>(lastChunk, place)
  return end ?? nothing
}

const nothing: LogEnd = { size: 0, source: 0 }

const lastChunk = {
  name: 'log-end',
  text: `
    select start + length as size, coalesce(source, start + length) as source
      from log_chunk
     where task_id = $1 and step = $2
     order by start desc limit 1`,
}

interface Chunk {
  readonly start: number
  readonly zstd: Uint8Array
}

async function readLog(
  queries: Queries,
  key: LogKey,
  from: number,
  limit: number,
): Promise<Uint8Array> {
  if (!isId(key.taskId) || limit <= 0) return new Uint8Array()
  const chunks = await queries.rows<Chunk & { [column: string]: unknown }>(chunksFrom, [
    key.taskId,
    key.step,
    from,
    from + limit,
  ])
  const first = chunks[0]
  if (!first) return new Uint8Array()
  const bytes = Buffer.concat(await Promise.all(chunks.map(({ zstd }) => decompress(zstd))))
  const skip = from - first.start
  return bytes.subarray(skip, skip + limit)
}

// From the chunk that holds byte $3 on, found by the index alone.
const chunksFrom = {
  name: 'read-log',
  text: `
    select start, zstd from log_chunk
     where task_id = $1 and step = $2 and start < $4::bigint
       and start >= coalesce((select max(start) from log_chunk
                               where task_id = $1 and step = $2 and start <= $3::bigint), 0)
     order by start`,
}

/** Up to `limit` last bytes as text, beginning with a whole character. */
export async function logTail(queries: Queries, key: LogKey, limit: number): Promise<string> {
  const { size } = await endOf(queries, key)
  const bytes = await readLog(queries, key, Math.max(0, size - limit), limit)
  const start = bytes.length < size ? bytes.findIndex((byte) => (byte & 0xc0) !== 0x80) : 0
  return new TextDecoder().decode(bytes.subarray(Math.max(0, start)))
}
