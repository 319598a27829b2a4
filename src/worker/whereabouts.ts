import type { Tools } from './tools.ts'

/** Who runs the job, in what, what it can see there, and what is wrong with that; lines for people. */
export async function whereabouts({ executor, name }: Tools): Promise<readonly string[]> {
  const { isolation, summary, warnings } = await executor.health()
  return [
    `Worker: ${name}`,
    `Executor: ${executor.kind}; isolation: ${isolation}`,
    summary,
    ...warnings.map((warning) => `Warning: ${warning}`),
  ]
}
