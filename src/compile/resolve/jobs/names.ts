/**
 * A name for each job of a workflow: as wanted where it stands once, else with `-1`, `-2`, … in the
 * order of the document, as CircleCI numbers them; a number that is taken is left out. CircleCI counts
 * over all workflows of a file; here a job is named the same whatever other workflows hold.
 */
export function uniqueNames(wanted: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const name of wanted) counts.set(name, (counts.get(name) ?? 0) + 1)
  const taken = new Set(wanted.filter((name) => counts.get(name) === 1))
  const next = new Map<string, number>()
  return wanted.map((name) => (counts.get(name) === 1 ? name : numbered(name, taken, next)))
}

function numbered(name: string, taken: Set<string>, next: Map<string, number>): string {
  let number = next.get(name) ?? 1
  while (taken.has(`${name}-${number}`)) number += 1
  next.set(name, number + 1)
  taken.add(`${name}-${number}`)
  return `${name}-${number}`
}
