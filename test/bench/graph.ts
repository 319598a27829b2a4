/** A job of a measured graph, and those that it waits for. */
export interface Node {
  readonly name: string
  readonly requires: readonly string[]
  readonly command: string
}

/** Jobs that each wait for the one before; `command` is what the job of this place in the chain runs. */
export const chain = (length: number, command: (place: number) => string): readonly Node[] =>
  Array.from({ length }, (_, place) => ({
    name: `job${place}`,
    requires: place === 0 ? [] : [`job${place - 1}`],
    command: command(place),
  }))

/** One job, then `width` side by side, then one that waits for all of them. */
export function fan(width: number, command: string): readonly Node[] {
  const middle = Array.from({ length: width }, (_, place) => `middle${place}`)
  return [
    { name: 'first', requires: [], command },
    ...middle.map((name) => ({ name, requires: ['first'], command })),
    { name: 'last', requires: middle, command },
  ]
}

/** The graph as a config. */
export const configOf = (graph: readonly Node[], image: string | null = null): string =>
  configOfJobs(
    graph.map(({ name, requires, command }) => ({ name, requires, steps: [{ run: command }] })),
    image,
  )

/** A job with the steps of its config. */
export interface Job {
  readonly name: string
  readonly requires: readonly string[]
  readonly steps: readonly unknown[]
}

/** Jobs as a config, in a container of `image` or on a machine; JSON is YAML. */
export const configOfJobs = (jobs: readonly Job[], image: string | null = null): string =>
  JSON.stringify({
    version: 2.1,
    jobs: Object.fromEntries(
      jobs.map(({ name, steps }) => [
        name,
        { ...(image === null ? { machine: true } : { docker: [{ image }] }), steps },
      ]),
    ),
    workflows: {
      bench: { jobs: jobs.map(({ name, requires }) => ({ [name]: { requires } })) },
    },
  })

/** The graph for make, with bash for each command as in a job. */
export const makefileOf = (graph: readonly Node[]): string =>
  [
    'SHELL := /bin/bash',
    `.PHONY: all ${graph.map(({ name }) => name).join(' ')}`,
    `all: ${graph.at(-1)?.name}`,
    ...graph.map(({ name, requires, command }) => `${name}: ${requires.join(' ')}\n\t@${command}`),
    '',
  ].join('\n')
