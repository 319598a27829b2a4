import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, lstat, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { accountFor } from '../../src/store/embedded/account.ts'
import { EmbeddedError } from '../../src/store/embedded/problem.ts'
import {
  canBePlain,
  debian15,
  givePlain,
  host,
  isRoot,
  plain,
  postmaster,
  query,
  started,
  temporary,
  untilStopped,
} from './embedded-support.ts'

const uidOf = async (pid: number | null) => (await stat(`/proc/${pid}`)).uid
const modeOf = async (path: string) => ((await lstat(path)).mode & 0o777).toString(8)

test('a new data directory gets a running database, on a unix socket only', async () => {
  const dataDir = join(await temporary(), 'deep/data')
  const embedded = await started({ dataDir })
  expect(embedded.connection).toEqual({
    host: join(dataDir, 'postgresql/socket'),
    port: 5432,
    user: 'sluice',
    database: 'sluice',
    ssl: false,
  })
  expect(embedded.adopted).toBe(false)
  expect(embedded.version).toMatch(/^18\.\d+$/)
  expect(await query(embedded, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
  expect(await modeOf(embedded.connection.host)).toBe('700')
  expect(await modeOf(join(dataDir, 'postgresql'))).toBe('700')
})

test('the settings are ours, whatever the configuration file says', async () => {
  const embedded = await started({ dataDir: await temporary() })
  const names = [
    'fsync',
    'full_page_writes',
    'idle_in_transaction_session_timeout',
    'io_method',
    'jit',
    'max_connections',
    'shared_buffers',
    'data_checksums',
  ]
  const rows = await query<{ name: string; value: string }>(
    embedded,
    `select name, current_setting(name) as value from pg_settings where name in ('${names.join("','")}')`,
  )
  expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    idle_in_transaction_session_timeout: '30s',
    io_method: 'sync',
    jit: 'off',
    max_connections: '60',
    shared_buffers: '64MB',
  })
})

test('text sorts by code point in UTF-8 and knows upper case, with no help of the host', async () => {
  const embedded = await started({ dataDir: await temporary() })
  const [row] = await query(
    embedded,
    `select datlocprovider, datlocale, pg_encoding_to_char(encoding) as encoding,
            upper('é') as upper, 'Z' < 'a' as sorted
     from pg_database where datname = 'sluice'`,
  )
  expect(row).toEqual({
    datlocprovider: 'b',
    datlocale: 'C.UTF-8',
    encoding: 'UTF8',
    upper: 'É',
    sorted: true,
  })
})

test('a second start finds every row', async () => {
  const dataDir = await temporary()
  const first = await started({ dataDir })
  await query(first, 'create table kept as select generate_series(1, 100)')
  await first.stop()
  expect(postmaster(dataDir)).toBeNull()
  const second = await started({ dataDir })
  expect(second.adopted).toBe(false)
  expect(await query(second, 'select count(*)::int from kept')).toEqual([{ count: 100 }])
})

test('PostgreSQL sees nothing of the environment of Sluice, nor does it count', async () => {
  vi.stubEnv('WEBHOOK_SECRET', 'a-secret')
  vi.stubEnv('PGPORT', '1')
  vi.stubEnv('PGDATA', '/nowhere')
  vi.stubEnv('PGSSLMODE', 'require')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const dataDir = await temporary()
  const embedded = await started({ dataDir })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
  const environment = readFileSync(`/proc/${postmaster(dataDir)}/environ`, 'utf8')
  expect(environment).toContain('LC_ALL=C')
  expect(environment).not.toContain('a-secret')
})

test.runIf(isRoot)('root gives PostgreSQL to another user and says to whom', async () => {
  const dataDir = join(await temporary(), 'data')
  const { runsAs } = await started({ dataDir })
  expect(runsAs?.uid).toBeGreaterThan(0)
  expect(await uidOf(postmaster(dataDir))).toBe(runsAs?.uid)
  expect((await stat(dataDir)).uid).toBe(0)
})

test.runIf(isRoot)('root picks postgres, else daemon, else nobody, and never root', async () => {
  const folder = await temporary()
  const pick = async (...names: readonly string[]) => {
    const lines = names.map((name, index) => `${name}:x:${index}:${index}::/:/bin/sh`)
    await writeFile(join(folder, 'passwd'), `${lines.join('\n')}\n\ngarbage\n`)
    return (await accountFor(join(folder, 'absent'), join(folder, 'passwd')))?.name
  }
  expect(await pick('root', 'nobody', 'daemon', 'postgres')).toBe('postgres')
  expect(await pick('root', 'nobody', 'daemon')).toBe('daemon')
  expect(await pick('root', 'nobody')).toBe('nobody')
  await expect(pick('root', 'ann')).rejects.toThrow(/refuses to run as root .*DATABASE_URL/)
})

test.runIf(isRoot)('what root copied from a backup is given back to PostgreSQL', async () => {
  const dataDir = await temporary()
  const first = await started({ dataDir })
  await query(first, 'create table kept as select 1 as one')
  await first.stop()
  const copy = await temporary()
  await cp(join(dataDir, 'postgresql'), join(copy, 'postgresql'), { recursive: true })
  expect((await stat(join(copy, 'postgresql/data/base'))).uid).toBe(0)
  expect(await query(await started({ dataDir: copy }), 'table kept')).toEqual([{ one: 1 }])
})

test.runIf(isRoot)(
  'a data directory in a folder that only root may enter works for root',
  async () => {
    const dataDir = join(await temporary(0o700), 'data')
    const first = await started({ dataDir })
    expect(await uidOf(postmaster(dataDir))).not.toBe(0)
    await query(first, 'create table kept as select 1 as one')
    await first.stop()
    expect(await query(await started({ dataDir }), 'table kept')).toEqual([{ one: 1 }])
  },
)

test.runIf(isRoot && debian15)('so it does with PostgreSQL 15', async () => {
  const dataDir = join(await temporary(0o700), 'data')
  const embedded = await started({ dataDir, binDir: debian15 ?? '' })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
})

test.runIf(canBePlain)('an ordinary user runs it as itself', async () => {
  const dataDir = join(await givePlain(await temporary()), 'data')
  const embedded = await host({ dataDir }, { as: 'plain' }).ready()
  expect(embedded.runsAs).toBeNull()
  expect(await uidOf(postmaster(dataDir))).toBe(plain.uid)
})

test.runIf(isRoot && canBePlain)('another user of the host cannot connect', async () => {
  const dataDir = await temporary()
  const { connection } = await started({ dataDir })
  const connect = `require('node:net').connect('${connection.host}/.s.PGSQL.5432')
    .on('connect', () => process.exit(0)).on('error', (error) => { console.log(error.code) })`
  const other = spawnSync(process.execPath, ['-e', connect], { ...plain, encoding: 'utf8' })
  expect(other.stdout).toBe('EACCES\n')
  const second = host({ dataDir }, { as: 'plain' })
  await expect(second.ready()).rejects.toThrow(/EmbeddedError: .*data directory.*EACCES/)
})

test.runIf(isRoot && canBePlain)(
  'root goes on with what an ordinary user began, and back',
  async () => {
    const dataDir = join(await givePlain(await temporary()), 'data')
    const first = host({ dataDir }, { as: 'plain' })
    await first.ready()
    await first.end('SIGTERM')
    const asRoot = await started({ dataDir })
    expect(await uidOf(postmaster(dataDir))).toBe(plain.uid)
    await asRoot.stop()
    await host({ dataDir }, { as: 'plain' }).ready()
  },
)

test('a path that is too long for a socket is shortened, the same way in every process', async () => {
  const dataDir = join(await temporary(), 'very-long-name-of-a-folder/'.repeat(8), 'data')
  const first = await started({ dataDir })
  onTestFinished(() => rm(join(first.connection.host, '..'), { recursive: true }))
  expect(Buffer.byteLength(join(first.connection.host, '.s.PGSQL.5432'))).toBeLessThan(104)
  expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }])
  const second = await host({ dataDir }).ready()
  expect(second.connection).toEqual(first.connection)
  expect(second.adopted).toBe(true)
  expect(await modeOf(join(first.connection.host, '..'))).toBe('700')
})

test('a data directory reached through a link is the same one', async () => {
  const folder = await temporary()
  await mkdir(join(folder, 'real'))
  await symlink('real', join(folder, 'link'))
  const first = await started({ dataDir: join(folder, 'real') })
  const second = await started({ dataDir: join(folder, 'link') })
  expect(second.adopted).toBe(true)
  expect(second.connection).toEqual(first.connection)
})

test('a first start that fails leaves no PostgreSQL behind', async () => {
  const dataDir = await temporary()
  const embedded = await started({ dataDir })
  await embedded.stop()
  await rm(join(dataDir, 'postgresql/data/global/pg_control'))
  await expect(started({ dataDir })).rejects.toThrow(EmbeddedError)
  await untilStopped(dataDir)
  expect(await readFile(join(dataDir, 'postgresql/data/PG_VERSION'), 'utf8')).toBe('18\n')
})
