import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Log } from '../ports/log.ts'
import type { KeptOrb, OrbCache, PublishedOrb } from '../ports/orb-cache.ts'

/**
 * Exact versions as files below `folder`, for the commands on a person's machine; what moves is remembered
 * as long as the process lives. A folder that cannot be written costs a line in the log and a fetch the
 * next time. Every file begins with the digest of what follows: one that was cut off or edited is none.
 */
export function fileOrbCache(folder: string, log: Log): OrbCache {
  const moving = new Map<string, PublishedOrb & { readonly at: number }>()
  return {
    find: async (source, reference) => {
      const known = moving.get(`${source} ${reference}`)
      if (known) return { ...known, ageMs: performance.now() - known.at }
      return readKept(fileOf(folder, source, reference), reference)
    },
    keepExact: async (source, reference, { text }) => {
      const file = fileOf(folder, source, reference)
      const kept = await readKept(file, reference)
      if (kept === null) await write(file, text, log)
      return kept?.text ?? text
    },
    keepMoving: (source, reference, orb) => {
      moving.set(`${source} ${reference}`, { ...orb, at: performance.now() })
      return Promise.resolve()
    },
  }
}

/** A folder for the source, below it the reference's own folders; every part a name and nothing else. */
const fileOf = (folder: string, source: string, reference: string): string =>
  `${join(folder, ...[source, ...reference.split('/')].map(fileName))}.yml`

const fileName = (part: string): string =>
  encodeURIComponent(part.toWellFormed()).replace(/^\.*$/, (dots) => `%${dots}`)

async function readKept(file: string, reference: string): Promise<KeptOrb | null> {
  const content = await readIfThere(file)
  const end = content?.indexOf('\n') ?? -1
  if (content === null || end === -1) return null
  const text = content.slice(end + 1)
  const version = reference.slice(reference.indexOf('@') + 1)
  return content.slice(0, end) === headOf(text) ? { version, text, ageMs: 0 } : null
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    // Whatever the reason, the orb is fetched; if the folder is at fault, writing tells.
    return null
  }
}

/** Whole or not at all, whoever else writes it at the same time. */
async function write(file: string, text: string, log: Log): Promise<void> {
  const unfinished = `${file}.${randomUUID()}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(unfinished, `${headOf(text)}\n${text}`, { flag: 'wx' })
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {})
    log.warn({ file, error: String(error) }, 'an orb could not be kept for the next time')
  }
}

const headOf = (text: string): string =>
  `# sha256 ${createHash('sha256').update(text).digest('hex')}`
