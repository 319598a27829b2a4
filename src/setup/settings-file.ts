import { randomBytes } from 'node:crypto'
import { access, constants, lstat, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'
import { SetupFailed } from './failure.ts'

/** A file that may take our settings: absent, or with nothing in it that we would set. */
export interface Target {
  /** Absolute. */
  readonly path: string
  /** What it holds; null: there is no file. */
  readonly before: string | null
}

/** An entry of a settings file; the value needs no quotes. */
export interface Setting {
  readonly name: string
  readonly value: string
}

/** What an App is told by; none of them may be there before. */
const appNames = [
  'APP_ID',
  'PRIVATE_KEY',
  'PRIVATE_KEY_PATH',
  'WEBHOOK_SECRET',
  'GITHUB_CLIENT_ID',
  'GITHUB_CLIENT_SECRET',
]

/**
 * Looks whether the file can take an App and `known`, the settings that are known so far. Rejects with
 * `SetupFailed` when it holds an App already, or another value of what is known, or cannot be written.
 */
export async function findTarget(path: string, known: readonly Setting[]): Promise<Target> {
  const before = await contentOf(path)
  const present = parseEnv(before ?? '')
  const taken = appNames.filter((name) => name in present)
  if (taken.length > 0) {
    throw new SetupFailed(
      `${path} already has ${taken.join(', ')}, and nothing is ever overwritten: move these lines away, or name another file with --file`,
      { refused: true },
    )
  }
  for (const { name, value } of known) {
    const other = present[name]
    if (other === undefined || other === value) continue
    throw new SetupFailed(
      `${path} already has another ${name} (${JSON.stringify(other)} instead of ${JSON.stringify(value)}), and nothing is ever overwritten: change or remove that line, or name another file with --file`,
      { refused: true },
    )
  }
  return { path, before }
}

/**
 * Adds the settings to the file in one step: whoever reads it sees all of them or none, and only its
 * owner can. Names that it has already are left as they are. Rejects with `SetupFailed` when the file
 * has changed since `findTarget`, or the disk refuses.
 */
export async function writeSettings(
  { path, before }: Target,
  settings: readonly Setting[],
  comment: string,
): Promise<void> {
  const present = parseEnv(before ?? '')
  const lines = settings
    .filter(({ name }) => !(name in present))
    .map((one) => `${one.name}=${one.value}`)
  const gap = before === null || before === '' || before.endsWith('\n') ? '' : '\n'
  const text = `${before ?? ''}${gap}# ${comment}\n${lines.join('\n')}\n`
  try {
    await replace(path, before, text)
  } catch (error) {
    throw error instanceof SetupFailed ? error : cannot('write', path, error)
  }
}

/** Null: there is no such file, and one can be made. */
async function contentOf(path: string): Promise<string | null> {
  try {
    await access(dirname(path), constants.W_OK)
    // A link would be replaced by a file, and what it leads to left as it is.
    if (!(await lstat(path)).isFile()) {
      throw new SetupFailed(`${path} is no ordinary file: name another one with --file`)
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof SetupFailed) throw error
    if (isCode(error, 'ENOENT') && (await exists(dirname(path)))) return null
    throw cannot('use', path, error)
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function replace(path: string, before: string | null, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const owner = before === null ? null : await lstat(path)
  const file = await open(draft, 'wx', 0o600)
  try {
    // An administrator must not take the file away from whom it belongs to.
    if (owner && process.getuid?.() === 0) await file.chown(owner.uid, owner.gid)
    await file.writeFile(text)
    await file.sync()
    // The empty file keeps the name: from here on nobody else can make it.
    if (before === null) await (await open(path, 'wx', 0o600)).close()
    if ((await readFile(path, 'utf8')) !== (before ?? '')) throw changed(path)
    await rename(draft, path)
  } catch (error) {
    await unlink(draft)
    throw isCode(error, 'EEXIST') ? changed(path) : error
  } finally {
    await file.close()
  }
}

const changed = (path: string): SetupFailed =>
  new SetupFailed(
    `${path} was changed by somebody else meanwhile, and nothing is ever overwritten: move it away, then reload the page in the browser`,
  )

const cannot = (what: string, path: string, error: unknown): SetupFailed =>
  new SetupFailed(
    `cannot ${what} ${path}: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  )

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
