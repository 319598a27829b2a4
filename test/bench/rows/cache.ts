import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { feed } from '../feed.ts'
import { configOfJobs } from '../graph.ts'
import type { Line } from '../line.ts'
import { measureEach, type Spread, spreadOf } from '../measure.ts'
import type { Place } from '../place.ts'
import { concluded, push, stamp, stamped } from '../pushes.ts'
import { makeTree } from '../tree.ts'

const shape = { files: 2000, bytesEach: 64_000 }

/** Saving and restoring a cache of 128 MB, from the step before to the step after. */
export async function saveAndRestore(place: Place): Promise<readonly Line[]> {
  await using stack = new AsyncDisposableStack()
  const tree = await makeTree(stack, shape)
  const fetched = (await feed(stack, () => tree.tar()))('tar -x')
  const copy = await place.repository('caches')
  const steps = (run: string): readonly unknown[] => [
    { run: `${fetched}\n${stamp(place, `${run} begin`)}` },
    { save_cache: { key: run, paths: ['tree'] } },
    { run: `${stamp(place, `${run} saved`)}\nrm -r tree\n${stamp(place, `${run} removed`)}` },
    { restore_cache: { keys: [run] } },
    { run: `test -d tree\n${stamp(place, `${run} restored`)}` },
  ]
  const both = async (): Promise<readonly [number, number]> => {
    const { sha, run } = await push(copy, (name) =>
      configOfJobs([{ name: 'job', requires: [], steps: steps(name) }]),
    )
    await concluded(place, sha)
    const [begin, saved, removed, restored] = await Promise.all(
      ['begin', 'saved', 'removed', 'restored'].map((at) => stamped(place, `${run} ${at}`)),
    )
    return [(saved ?? 0) - (begin ?? 0), (restored ?? 0) - (removed ?? 0)]
  }
  const zstd = zstdHere()
  const figures = await measureEach({ warmUp: 1, runs: 4 }, async () => [
    ...(await both()),
    await tree.timed(`tar -c tree | ${zstd.compress} > archive`),
    await tree.timed(`rm -rf out && mkdir out && ${zstd.decompress} < archive | tar -x -C out`),
  ])
  return linesOf(figures, zstd.name)
}

function linesOf(figures: readonly Spread[], zstd: string): readonly Line[] {
  const [save = nothing, restore = nothing, packing = nothing, unpacking = nothing] = figures
  const size = `${(shape.files * shape.bytesEach) / 1_000_000} MB`
  return [
    {
      name: `save a cache of ${size}`,
      figure: save,
      floor: { name: `tar | ${zstd}`, value: packing.median },
    },
    {
      name: `restore a cache of ${size}`,
      figure: restore,
      floor: { name: `${zstd} -d | tar`, value: unpacking.median },
    },
  ]
}

const nothing = spreadOf([])

interface Zstd {
  readonly name: string
  readonly compress: string
  readonly decompress: string
}

/** Debian does not always have it; Node always does. */
function zstdHere(): Zstd {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  if (folders.some((folder) => existsSync(join(folder, 'zstd')))) {
    return { name: 'zstd', compress: 'zstd -q', decompress: 'zstd -q -d' }
  }
  const byNode = (stream: string): string =>
    `'${process.execPath}' -e "require('stream').pipeline(process.stdin, require('zlib').${stream}(), process.stdout, () => {})"`
  return {
    name: 'zstd of Node',
    compress: byNode('createZstdCompress'),
    decompress: byNode('createZstdDecompress'),
  }
}
