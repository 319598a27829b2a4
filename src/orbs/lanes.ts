/** Runs tasks in the order they come, at most `lanes` of them at once. */
export function createLanes(
  lanes: number,
): <Answer>(task: () => Promise<Answer>) => Promise<Answer> {
  const waiting: (() => void)[] = []
  let busy = 0
  return async (task) => {
    if (busy >= lanes) await new Promise<void>((resolve) => waiting.push(resolve))
    else busy += 1
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy -= 1
    }
  }
}
