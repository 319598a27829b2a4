import { commitSha } from '../../src/model/ids.ts'
import type { Plan, PlannedJob, PlannedWorkflow, Requirement } from '../../src/model/plan.ts'
import type { EndStatus } from '../../src/model/run.ts'
import type { Person, Ref, Repository, Trigger } from '../../src/model/trigger.ts'

const where = { line: 1, column: 1, endLine: 1, endColumn: 2 }

export const ann: Person = { id: 1, login: 'ann', type: 'User' }
export const bob: Person = { id: 2, login: 'bob', type: 'User' }
export const robot: Person = { id: 3, login: 'helper[bot]', type: 'Bot' }

export const repository: Repository = {
  id: 11,
  owner: 'acme',
  name: 'shop',
  defaultBranch: 'main',
  private: false,
  cloneUrl: 'https://github.example/acme/shop.git',
  webUrl: 'https://github.example/acme/shop',
  installationId: 5,
}

/** A readable commit name: `fakeSha('a')` is forty times `a`. */
export const fakeSha = (digit: string) => commitSha(digit.repeat(40))

export function trigger(ref: Ref = { kind: 'branch', name: 'main' }, sha = fakeSha('a')): Trigger {
  return {
    type: ref.kind === 'tag' ? 'tag' : 'push',
    repository,
    ref,
    commit: {
      sha,
      subject: 'work',
      body: '',
      url: `${repository.webUrl}/commit/${sha}`,
      authorName: 'Ann',
      authorEmail: 'ann@example.org',
      authorLogin: 'ann',
    },
    before: null,
    actor: ann,
    event: { name: 'push', action: 'push', values: {} },
    receivedAt: 0,
    parameters: {},
  }
}

/**
 * A graph in one line a job: `{ test: 'build', deploy: ['test', { lint: ['failed'] }] }`. A name that
 * begins with `hold` is an approval, with `noop` a no-op.
 */
export type Graph = Readonly<
  Record<string, string | readonly (string | Readonly<Record<string, readonly EndStatus[]>>)[]>
>

export function plannedJob(name: string, requires: Graph[string], parallelism = 1): PlannedJob {
  const kind = (name.startsWith('hold') && 'approval') || (name.startsWith('noop') && 'no-op')
  return {
    name,
    job: name,
    type: kind || 'build',
    requires: (typeof requires === 'string'
      ? requires.split(' ').filter(Boolean)
      : requires
    ).flatMap((one): readonly Requirement[] =>
      typeof one === 'string'
        ? [{ job: one, statuses: ['success'] }]
        : Object.entries(one).map(([job, statuses]) => ({ job, statuses })),
    ),
    contexts: [],
    matrix: null,
    parallelism,
    serialGroup: null,
    where,
    body: kind
      ? null
      : {
          runsIn: { kind: 'machine', image: null, dockerLayerCaching: false },
          workingDirectory: '~/project',
          environment: {},
          shell: null,
          resourceClass: null,
          cacheRetentionDays: null,
          steps: [],
        },
  }
}

export const plannedWorkflow = (name: string, graph: Graph): PlannedWorkflow => ({
  name,
  because: 'it has no filters',
  where,
  jobs: Object.entries(graph).map(([job, requires]) => plannedJob(job, requires)),
  notSelected: [],
  maxAutoReruns: 0,
})

export const plan = (...workflows: readonly PlannedWorkflow[]): Plan => ({
  version: 1,
  source: { file: '.circleci/config.yml', sha: fakeSha('a') },
  setup: null,
  orbs: {},
  workflows,
  notSelected: [],
  schedules: [],
  diagnostics: [],
})
