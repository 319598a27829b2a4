import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { EmbeddedError } from '../../src/store/embedded/problem.ts'
import {
  canBePlain,
  givePlain,
  host,
  isRoot,
  keepingLog,
  query,
  started,
  temporary,
  until,
} from './embedded-support.ts'

const run = promisify(execFile)
const drafts = async (dataDir: string) =>
  (await readdir(join(dataDir, 'postgresql')).catch(() => [])).filter((name) =>
    name.startsWith('initialising-'),
  )

test('a first start that was killed half-way is wiped and done again', async () => {
  const dataDir = await temporary()
  const first = host({ dataDir })
  const draft = await until('initdb is at work', async () => {
    const [name = ''] = await drafts(dataDir)
    const files = await readdir(join(dataDir, 'postgresql', name, 'data')).catch(() => [''])
    return name && files.includes('base') && name
  })
  await first.end('SIGKILL')
  expect(await readdir(join(dataDir, 'postgresql'))).not.toContain('data')
  const log = keepingLog()
  const embedded = await started({ dataDir, log })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(log.messages.join('\n')).toMatch(/left half made .*initialising-/)
  await expect.poll(() => drafts(dataDir)).not.toContain(draft)
})

test('a folder that does not carry our mark is never wiped', async () => {
  const dataDir = await temporary()
  const foreign = join(dataDir, 'postgresql/initialising-mine')
  await mkdir(foreign, { recursive: true })
  await writeFile(join(foreign, 'precious'), '')
  await started({ dataDir })
  expect(await readdir(foreign)).toEqual(['precious'])
})

test('the draft of a process that is still at work is left to it', async () => {
  const dataDir = await temporary()
  const draft = join(dataDir, 'postgresql/initialising-other')
  await mkdir(draft, { recursive: true })
  await writeFile(join(draft, 'sluice-made-this'), String(process.ppid))
  await started({ dataDir })
  expect(await readdir(draft)).toEqual(['sluice-made-this'])
})

test('files in the place of the database that are none are refused and kept', async () => {
  const dataDir = await temporary()
  await mkdir(join(dataDir, 'postgresql/data'), { recursive: true })
  await writeFile(join(dataDir, 'postgresql/data/precious'), '')
  await expect(started({ dataDir })).rejects.toThrow(/holds files but no database .*move it away/)
  expect(await readdir(join(dataDir, 'postgresql/data'))).toEqual(['precious'])
})

test('a damaged version file is named', async () => {
  const dataDir = await temporary()
  await (await started({ dataDir })).stop()
  await writeFile(join(dataDir, 'postgresql/data/PG_VERSION'), '\0\0\0')
  await expect(started({ dataDir })).rejects.toThrow(/PG_VERSION file is damaged/)
})

test('a database that does not start is reported with the last words of PostgreSQL', async () => {
  const dataDir = await temporary()
  await (await started({ dataDir })).stop()
  await rm(join(dataDir, 'postgresql/data/global/pg_control'))
  const failure = await started({ dataDir }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(EmbeddedError)
  expect(String(failure)).toMatch(/does not start in .*: .*could not find the database system/s)
  expect(String(failure)).not.toContain('\n')
})

test('a data directory below a file is refused in one line', async () => {
  const folder = await temporary()
  await writeFile(join(folder, 'file'), '')
  await expect(started({ dataDir: join(folder, 'file/data') })).rejects.toThrow(
    /^Cannot use the data directory .*ENOTDIR/,
  )
})

test.runIf(canBePlain)(
  'a data directory that cannot be written is refused in one line',
  async () => {
    const folder = await givePlain(await temporary())
    await chmod(folder, 0o555)
    const ready = host({ dataDir: join(folder, 'data') }, { as: 'plain' }).ready()
    await expect(ready).rejects.toThrow(
      /^EmbeddedError: Cannot write to the data directory .*\(EACCES\): .*SLUICE_DATA_DIR/,
    )
  },
)

test.runIf(await canMount())(
  'a full disk is named as such, and a larger one mends it',
  async () => {
    const dataDir = await temporary()
    await run('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'none', dataDir])
    onTestFinished(async () => {
      await run('umount', [dataDir])
    })
    await expect(started({ dataDir })).rejects.toThrow(/disk that holds .* is full/)
    expect(await drafts(dataDir)).toEqual([])
    await run('mount', ['-o', 'remount,size=200m', dataDir])
    const embedded = await started({ dataDir })
    expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
    await embedded.stop()
  },
)

async function canMount(): Promise<boolean> {
  const reason = isRoot ? 'this root may not mount a file system' : 'only root may mount'
  const script =
    'd=$(mktemp -d) && mount -t tmpfs none "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s'
  const can = isRoot && (await run('sh', ['-c', script]).catch(() => null)) !== null
  if (!can) console.warn(`skipped, a full disk: ${reason}`)
  return can
}
