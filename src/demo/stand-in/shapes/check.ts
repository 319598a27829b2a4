import { latestOf, suiteConclusion, suiteStatus } from '../checks/roll-up.ts'
import { isoTime } from '../clock.ts'
import type { JsonObject } from '../description/schema.ts'
import type { Annotation, Run, Suite, World } from '../world.ts'
import { appShape } from './app.ts'
import { simpleCommitShape } from './commit.ts'
import { minimalPullShape } from './pull.ts'
import { repositoryShape } from './repository.ts'

/** A check run as answers and payloads show it: its buttons are never among it. */
const runShape = (world: World, run: Run): JsonObject => {
  const { suite } = run
  const url = `${world.url}/api/v3/repos/${suite.repository.fullName}/check-runs/${run.id}`
  return {
    id: run.id,
    node_id: `CR_${run.id}`,
    name: run.name,
    head_sha: suite.commit.sha,
    external_id: run.externalId,
    url,
    html_url: `${world.url}/${suite.repository.fullName}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoTime(run.startedAt),
    completed_at: run.completedAt === null ? null : isoTime(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    app: appShape(world.url, suite.app),
    pull_requests: pullsOf(world, suite),
  }
}

/** A check run of a REST answer. */
export const runAnswer = (world: World, run: Run): JsonObject => ({
  ...runShape(world, run),
  check_suite: { id: run.suite.id },
})

/** A check run of a payload, with its suite. */
export const runPayload = (world: World, run: Run): JsonObject => ({
  ...runShape(world, run),
  check_suite: suiteShape(world, run.suite),
})

export const suiteShape = (world: World, suite: Suite): JsonObject => {
  const api = `${world.url}/api/v3/repos/${suite.repository.fullName}`
  return {
    id: suite.id,
    node_id: `CS_${suite.id}`,
    head_branch: suite.headBranch,
    head_sha: suite.commit.sha,
    head_commit: simpleCommitShape(suite.commit),
    status: suiteStatus(suite),
    conclusion: suiteConclusion(suite),
    before: suite.before,
    after: suite.commit.sha,
    url: `${api}/check-suites/${suite.id}`,
    check_runs_url: `${api}/check-suites/${suite.id}/check-runs`,
    latest_check_runs_count: latestOf(suite.runs).length,
    pull_requests: pullsOf(world, suite),
    app: appShape(world.url, suite.app),
    repository: repositoryShape(world.url, suite.repository),
    rerequestable: true,
    runs_rerequestable: true,
    created_at: isoTime(suite.createdAt),
    updated_at: isoTime(suite.updatedAt),
  }
}

export const annotationShape = (world: World, run: Run, annotation: Annotation): JsonObject => ({
  start_column: null,
  end_column: null,
  title: null,
  raw_details: null,
  ...annotation,
  blob_href: `${world.url}/${run.suite.repository.fullName}/blob/${run.suite.commit.sha}/${annotation.path}`,
})

const pullsOf = (world: World, suite: Suite): readonly JsonObject[] =>
  world.pulls
    .filter((pull) => pull.headRepository === suite.repository && pull.headSha === suite.commit.sha)
    .map((pull) => minimalPullShape(world.url, pull))
