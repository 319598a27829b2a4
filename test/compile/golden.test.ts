import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { JobBody, Plan, PlannedWorkflow } from '../../src/model/plan.ts'
import { branch, compileText, lineOf, tag } from './support.ts'

/**
 * A file holds a config, then, each behind a line of three dashes, pairs of an event (`branch:` or
 * `tag:`) and what is expected: `workflows` (each job with what it requires), `notSelected` (name and
 * reason), `bodies` (parts of what jobs run), `diagnostics` (complete, by their beginnings).
 */
interface Expected {
  readonly workflows?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly notSelected?: Readonly<Record<string, string>>
  readonly bodies?: Readonly<Record<string, Partial<JobBody>>>
  readonly types?: Readonly<Record<string, string>>
  readonly diagnostics?: readonly string[]
}

interface Chapter {
  readonly event: { readonly branch?: string; readonly tag?: string }
  readonly expected: Expected
}

const folder = join(import.meta.dirname, 'golden')
const files = readdirSync(folder).filter((file) => file.endsWith('.yml'))

test.each(files)('%s compiles as written there', (file) => {
  const { config, chapters } = readGolden(readFileSync(join(folder, file), 'utf8'))
  expect(chapters.length).toBeGreaterThan(0)
  for (const { event, expected } of chapters) {
    const answer = compileText(config, event.tag ? tag(event.tag) : branch(event.branch ?? 'main'))
    const found = answer.kind === 'compiled' ? answer.plan.diagnostics : answer.diagnostics
    expectLines(found.map(lineOf), expected.diagnostics ?? [])
    if (answer.kind === 'compiled') expectPlan(answer.plan, expected)
    else expect(expected.workflows).toBeUndefined()
  }
})

function readGolden(text: string) {
  const [config = '', ...parts] = text.split(/^---\n/m)
  const chapters = Array.from({ length: parts.length / 2 }, (_, index): Chapter => {
    return { event: parse(parts[2 * index] ?? ''), expected: parse(parts[2 * index + 1] ?? '') }
  })
  return { config, chapters }
}

/** Equal, but that each line may go on where its expectation ends. */
function expectLines(found: readonly string[], expected: readonly string[]): void {
  const shortened = found.map((line, index) => {
    const wanted = expected[index]
    return wanted !== undefined && line.startsWith(wanted) ? wanted : line
  })
  expect(shortened).toEqual(expected)
}

function expectPlan(plan: Plan, expected: Expected): void {
  const workflows = plan.workflows.map((workflow) => [workflow.name, requirements(workflow)])
  expect(Object.fromEntries(workflows)).toEqual(expected.workflows ?? {})
  const refused = [...plan.notSelected, ...plan.workflows.flatMap((one) => one.notSelected)]
  expect(Object.fromEntries(refused.map(({ name, because }) => [name, because]))).toEqual(
    expected.notSelected ?? {},
  )
  const jobs = plan.workflows.flatMap((workflow) => workflow.jobs)
  expect(Object.fromEntries(jobs.map(({ name, body }) => [name, body]))).toMatchObject(
    expected.bodies ?? {},
  )
  expect(Object.fromEntries(jobs.map(({ name, type }) => [name, type]))).toMatchObject(
    expected.types ?? {},
  )
}

/** `a, b [failed, canceled]`; the ordinary status is not written. */
const requirements = ({ jobs }: PlannedWorkflow) =>
  Object.fromEntries(
    jobs.map(({ name, requires }) => [
      name,
      requires
        .map(({ job, statuses }) =>
          statuses.join() === 'success' ? job : `${job} [${statuses.join(', ')}]`,
        )
        .join(', '),
    ]),
  )
