import type { Continuation } from '../../compile/facts.ts'

/** What `sluice explain` tells about a code. */
export interface Explanation {
  /** Why it matters, and what CircleCI does; plain sentences. */
  readonly meaning: string
  readonly wrong: Example
  readonly right: Example
}

/** A config, alone or with what it takes to bring the diagnostic about. */
export type Example = string | SpecialExample

export interface SpecialExample {
  /** A function where the text would be too long to be shown; then `told` stands for it. */
  readonly text: string | (() => string)
  readonly told?: string
  /** A push for which it is compiled; absent: it is checked as a whole, for no event. */
  readonly push?: Push
  /** Texts of the orbs that it uses, by reference. Others are not to be had. */
  readonly orbs?: Readonly<Record<string, string>>
  /** The other orbs are not looked for, rather than not there. */
  readonly offline?: boolean
}

export interface Push {
  readonly branch?: string
  readonly tag?: string
  /** Not null: it is the config with which a setup job continues the pipeline of the push. */
  readonly continuation?: Continuation
}

/** Stands before the line that the diagnostic is about; not part of the config. */
const mark = '»'

/** The config of an example, and the line that is to blame, counted from 1; null where none is marked. */
export function configOf(example: Example): {
  readonly text: string
  readonly line: number | null
} {
  const written = typeof example === 'string' ? example : example.text
  const marked = typeof written === 'string' ? written : written()
  const line = marked.split('\n').findIndex((one) => one.startsWith(mark))
  return {
    text: marked.replaceAll(new RegExp(`^${mark}`, 'gm'), ''),
    line: line < 0 ? null : line + 1,
  }
}

/** A version-2.1 config with one job `build`; `lines` stand in it, indented by four. */
export const inJob = (lines: string): string =>
  `version: 2.1
jobs:
  build:
    docker: [{ image: cimg/base:current }]
${lines}workflows:
  main: { jobs: [build] }
`

/** A version-2.1 config whose job `build` has these steps, indented by six. */
export const inSteps = (lines: string): string => inJob(`    steps:\n${lines}`)

/** A version-2.1 config with ordinary jobs; `lines` are the jobs of its workflow, indented by six. */
export const inWorkflow = (names: readonly string[], lines: string): string =>
  `version: 2.1
jobs:
${names.map((name) => `  ${name}: { docker: [{ image: cimg/base:current }], steps: [checkout] }\n`).join('')}workflows:
  main:
    jobs:
${lines}`
