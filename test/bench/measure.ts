import { performance } from 'node:perf_hooks'

/** What several runs of one thing came to, in milliseconds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly samples: number
}

export interface Times {
  /** Runs that are thrown away: code is compiled, connections are made, caches are filled. */
  readonly warmUp: number
  readonly runs: number
}

/** Runs `once` again and again, one after the other. A run may give several samples, in milliseconds. */
export async function measure(
  { warmUp, runs }: Times,
  once: () => Promise<number | readonly number[]>,
): Promise<Spread> {
  const samples: number[] = []
  for (let run = -warmUp; run < runs; run++) {
    const found = [await once()].flat()
    if (run >= 0) samples.push(...found)
  }
  return spreadOf(samples)
}

/** The same for two things in turns, so that what else the machine does meanwhile meets both. */
export async function measureInTurns(
  { warmUp, runs }: Times,
  one: () => Promise<number | readonly number[]>,
  other: () => Promise<number | readonly number[]>,
): Promise<readonly [Spread, Spread]> {
  const samples: [number[], number[]] = [[], []]
  for (let run = -warmUp; run < runs; run++) {
    const found = [[await one()].flat(), [await other()].flat()] as const
    if (run < 0) continue
    samples[0].push(...found[0])
    samples[1].push(...found[1])
  }
  return [spreadOf(samples[0]), spreadOf(samples[1])]
}

/** Runs `once` like `measure`, which gives a sample of each of several figures. */
export async function measureEach(
  { warmUp, runs }: Times,
  once: () => Promise<readonly number[]>,
): Promise<readonly Spread[]> {
  const samples: number[][] = []
  for (let run = -warmUp; run < runs; run++) {
    const found = await once()
    if (run >= 0) found.forEach((sample, at) => (samples[at] ??= []).push(sample))
  }
  return samples.map(spreadOf)
}

/** How long `work` takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** Milliseconds since 1970 with their fractions, so that times of several processes compare. */
export const now = (): number => performance.timeOrigin + performance.now()

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((one, other) => one - other)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
    samples: sorted.length,
  }
}
