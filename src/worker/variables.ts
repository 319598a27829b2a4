import { branchOf, tagOf } from '../model/trigger.ts'
import type { ClaimedTask } from '../ports/tasks.ts'
import type { Tools } from './tools.ts'

type Variables = Readonly<Record<string, string>>

/**
 * The variables of all steps of a task, the weaker overwritten by the stronger: those of the primary
 * image, CircleCI's built-in ones, the job's. A step's own are stronger still.
 */
export const variablesOf = (task: ClaimedTask, tools: Around): Variables => ({
  ...imageVariables(task),
  ...builtIn(task, tools.publicUrl),
  ...setupVariables(task, tools),
  ...task.body.environment,
})

type Around = Pick<Tools, 'publicUrl' | 'continuationKeys'>

/** What no log may show. */
export const secretsOf = (task: ClaimedTask, { continuationKeys }: Around): readonly string[] =>
  task.setup ? [continuationKeys.keyOf(task.pipelineId)] : []

/** With these a setup job can continue its pipeline by itself; the second is ours, to tell it where. */
const setupVariables = (task: ClaimedTask, { continuationKeys, publicUrl }: Around): Variables =>
  task.setup
    ? {
        CIRCLE_CONTINUATION_KEY: continuationKeys.keyOf(task.pipelineId),
        SLUICE_API_URL: `${publicUrl}/api/v2`,
      }
    : {}

const imageVariables = ({ body }: ClaimedTask): Variables =>
  body.runsIn.kind === 'docker' ? (body.runsIn.images[0]?.environment ?? {}) : {}

/**
 * CircleCI's built-in variables, as far as there is something to say; branch and tag exclude each other.
 * One is ours: how often this job has been run, re-runs counted.
 */
function builtIn(task: ClaimedTask, publicUrl: string): Variables {
  const { repository, ref, commit, actor } = task.trigger
  return {
    CI: 'true',
    CIRCLECI: 'true',
    ...(ref.kind === 'branch' ? { CIRCLE_BRANCH: branchOf(ref) } : { CIRCLE_TAG: tagOf(ref) }),
    CIRCLE_SHA1: commit.sha,
    CIRCLE_BUILD_URL: `${publicUrl}/jobs/${task.jobId}`,
    CIRCLE_JOB: task.jobName,
    CIRCLE_NODE_INDEX: String(task.index),
    CIRCLE_NODE_TOTAL: String(task.total),
    CIRCLE_PIPELINE_ID: task.pipelineId,
    CIRCLE_PIPELINE_NUMBER: String(task.pipelineNumber),
    CIRCLE_WORKFLOW_ID: task.workflowId,
    CIRCLE_WORKFLOW_JOB_ID: task.jobId,
    CIRCLE_WORKFLOW_WORKSPACE_ID: task.workspaceId,
    CIRCLE_PROJECT_REPONAME: repository.name,
    CIRCLE_PROJECT_USERNAME: repository.owner,
    CIRCLE_REPOSITORY_URL: repository.cloneUrl,
    CIRCLE_USERNAME: actor.login,
    CIRCLE_WORKING_DIRECTORY: task.body.workingDirectory,
    SLUICE_ATTEMPT: String(task.attempt),
  }
}
