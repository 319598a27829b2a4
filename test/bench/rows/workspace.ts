import { feed } from '../feed.ts'
import { configOfJobs, type Job } from '../graph.ts'
import type { Line } from '../line.ts'
import { measureEach, spreadOf } from '../measure.ts'
import type { Place } from '../place.ts'
import { concluded, push, stamp, stamped } from '../pushes.ts'
import { makeTree } from '../tree.ts'

const shape = { files: 10_000, bytesEach: 500 }

/** Handing over many small files: the steps alone, and from the step before to the step after. */
export async function smallFiles(place: Place): Promise<readonly Line[]> {
  await using stack = new AsyncDisposableStack()
  const tree = await makeTree(stack, shape)
  const fetched = (await feed(stack, () => tree.tar()))('tar -x')
  const copy = await place.repository('workspaces')
  const once = async (): Promise<readonly number[]> => {
    const { sha, run } = await push(copy, (name) => configOfJobs(jobs(place, name, fetched)))
    await concluded(place, sha)
    const [begin = 0, kept = 0, taking = 0, taken = 0] = await Promise.all(
      ['begin', 'kept', 'taking', 'taken'].map((at) => stamped(place, `${run} ${at}`)),
    )
    return [kept - begin, taken - taking]
  }
  const [persist, attach, packing, unpacking] = await measureEach(
    { warmUp: 1, runs: 4 },
    async () => [
      ...(await once()),
      await tree.timed('tar -c tree > archive'),
      await tree.timed('rm -rf out && mkdir out && tar -x -C out < archive'),
    ],
  )
  const floor = (name: string, { median } = spreadOf([])) => ({ name, value: median })
  return [
    {
      name: `persist ${shape.files} small files`,
      figure: persist ?? spreadOf([]),
      floor: floor('tar into a file', packing),
    },
    {
      name: `attach ${shape.files} small files`,
      figure: attach ?? spreadOf([]),
      floor: floor('tar out of a file', unpacking),
    },
  ]
}

function jobs(place: Place, run: string, fetched: string): readonly Job[] {
  const says = (at: string) => stamp(place, `${run} ${at}`)
  return [
    {
      name: 'give',
      requires: [],
      steps: [
        { run: `${fetched}\n${says('begin')}` },
        { persist_to_workspace: { root: '.', paths: ['tree'] } },
        { run: says('kept') },
      ],
    },
    {
      name: 'take',
      requires: ['give'],
      steps: [
        { run: says('taking') },
        { attach_workspace: { at: '.' } },
        { run: `test -d tree\n${says('taken')}` },
      ],
    },
  ]
}
