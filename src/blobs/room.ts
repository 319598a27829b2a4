import { sized } from '../model/size.ts'
import { NoRoom } from '../ports/blobs.ts'
import { blobsIn } from './places.ts'

/** How much the store may take. */
export interface Room {
  /** Bytes that all files together take up now. */
  usage(): Promise<number>
  /** Whether what is left would be gone before the next look. */
  nearlyFull(): Promise<boolean>
  /** Rejects with `NoRoom` when `more` bytes are too many. */
  check(more: number): Promise<void>
  /** What this process has added since it looked. */
  added(bytes: number): void
}

/** Other processes add and remove too, so what was measured does not count for longer than this. */
const measuredForMs = 60_000
/** Of the quota: beyond it room is made for what comes. */
const nearly = 0.9

/** `quota`: bytes on the disk; null: as much as the disk has. */
export function roomIn(directory: string, quota: number | null): Room {
  let measured: Promise<number> | null = null
  let since = 0
  let added = 0
  const measure = (): Promise<number> => {
    since = performance.now()
    added = 0
    measured = sizeOf(directory)
    // Whoever asked hears of a failure; the next one measures anew.
    measured.catch(() => {
      measured = null
    })
    return measured
  }
  const known = (): Promise<number> =>
    measured === null || performance.now() - since > measuredForMs ? measure() : measured
  return {
    usage: measure,
    nearlyFull: async () => quota !== null && (await measure()) > quota * nearly,
    check: async (more) => {
      if (quota === null) return
      const used = (await known()) + added
      if (used + more > quota) throw new NoRoom(full(used, quota))
    },
    added: (bytes) => {
      added += bytes
    },
  }
}

async function sizeOf(directory: string): Promise<number> {
  let size = 0
  for await (const found of blobsIn(directory)) size += found.size
  return size
}

const full = (used: number, quota: number): string =>
  `the storage of this server is full: caches, artifacts and workspaces take up ${sized(used)} of the ${sized(quota)} ` +
  'that SLUICE_STORAGE_QUOTA allows; raise it, or wait until something old is removed'
