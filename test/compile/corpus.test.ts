import { expect, test } from 'vitest'
import { compile, diagnose, examine } from '../../src/compile/compile.ts'
import { workflowOf } from '../../src/compile/plan/plan.ts'
import type { PlannedJob } from '../../src/model/plan.ts'
import {
  corpusFiles,
  corpusIsThere,
  corpusText,
  type ExpectedJob,
  type ExpectedResult,
  expectations,
} from './corpus.ts'
import { type Event, factsFrom } from './oracles/support.ts'
import { lineOf, regex } from './support.ts'

if (!corpusIsThere)
  console.log('corpus.test.ts is skipped: there is no corpus of real configs beside the project')
const ports = { regex, orbs: () => ({ kind: 'opaque' }) as const }
const sourceOf = (file: string) => ({ text: corpusText(file), file })

const eventOf = ({ kind, name }: ExpectedResult['event']): Event => {
  if (kind === 'tag') return { tag: name }
  return kind === 'branch' ? { branch: name } : { branch: name, event: 'schedule' }
}

/** Files that CircleCI would refuse as well, each with a word of the reason. */
const broken: Readonly<Record<string, RegExp>> = {
  'CircleCI-Public__aws-ecr-orb~test-deploy.yml': /aws-ecr\/build_and_push_image/,
  'CircleCI-Public__slack-orb~test-deploy.yml': /slack\/on-hold/,
  'dof-dss__nicsdru_dept~workflow-config.yml': /build/,
  // Parts of configs that a setup puts together: no workflows of their own.
  'OpenLineage__OpenLineage~continue_config.yml': /no workflow/,
  'giantswarm__releases~continue-config.yml': /no workflow/,
  // A placeholder of a project that left.
  'adamws__keyboard-tools.yml': /no workflow/,
  // A tool of the project reads these keys and removes them.
  'circle-makotom__circle-job-level-path-filtering~continue-config.yml': /paths/,
  // An empty list of jobs, in a project that moved elsewhere.
  'nipy__nipype.yml': /no jobs/,
}

test.runIf(corpusIsThere)('there is a corpus', () =>
  expect(corpusFiles.length).toBeGreaterThan(100),
)

test.each(corpusFiles)('%s has no errors but those it is known for', (file) => {
  const errors = diagnose(sourceOf(file), ports).filter(({ severity }) => severity === 'error')
  const known = broken[file]
  if (known === undefined) expect(errors.map(lineOf)).toEqual([])
  else expect(errors.map(lineOf).join('\n')).toMatch(known)
})

test.each(expectations)('$file selects what it should, for seven events', ({ file, results }) => {
  expect(results).toHaveLength(7)
  for (const result of results) {
    const facts = factsFrom(eventOf(result.event))
    const { selections, locate } = examine(sourceOf(file), facts, ports)
    const found = new Map(
      selections.map((selection) => {
        const { name, jobs } = workflowOf(selection, locate)
        return [name, selection.selected ? jobs : []]
      }),
    )
    const [first] = found.values()
    for (const [name, want] of Object.entries(result.workflows)) {
      if (want.status === 'skip' || result.static_problems) continue
      const got = found.get(name) ?? (result.implicit ? first : undefined) ?? []
      const wanted = want.status === 'run' ? (want.jobs ?? []) : []
      const event = `${result.event.kind} ${result.event.name}: ${name}`
      expect([event, meaningOf(got)]).toEqual([event, meaningOf(wanted)])
    }
  }
})

/** Names, what they require, and which are approvals: all that is compared. */
const meaningOf = (jobs: readonly (PlannedJob | ExpectedJob)[]) =>
  jobs
    .map(({ name, requires, type }) => ({
      name,
      requires: requires.map((one) => (typeof one === 'string' ? one : one.job)).toSorted(),
      approval: type === 'approval',
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name))

test.each(corpusFiles)('%s compiles to the same plan twice, and every plan is sound', (file) => {
  for (const event of [{ branch: 'main' }, { tag: 'v1.2.3' }, { event: 'api' } as const]) {
    const once = () => compile(sourceOf(file), factsFrom(event), ports)
    const answer = once()
    expect(JSON.stringify(once())).toBe(JSON.stringify(answer))
    expect(answer.kind).not.toBe('needs-orbs')
    if (answer.kind !== 'compiled') continue
    for (const { jobs } of answer.plan.workflows) expectSound(jobs)
  }
})

/** Names are unique, whatever is required is there, and nothing waits for itself. */
function expectSound(jobs: readonly PlannedJob[]): void {
  const names = new Set(jobs.map(({ name }) => name))
  expect(names.size).toBe(jobs.length)
  const required = jobs.flatMap(({ requires }) => requires.map(({ job }) => job))
  expect(required.filter((name) => !names.has(name))).toEqual([])
  expect(canFinish(jobs)).toBe(true)
}

/** Whether every job can start once those it requires have ended. */
function canFinish(jobs: readonly PlannedJob[]): boolean {
  const ended = new Set<string>()
  for (let before = -1; before < ended.size; ) {
    before = ended.size
    for (const { name, requires } of jobs)
      if (requires.every(({ job }) => ended.has(job))) ended.add(name)
  }
  return ended.size === jobs.length
}
