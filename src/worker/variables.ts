import { branchOf, tagOf } from '../model/trigger.ts'
import type { ClaimedTask } from '../ports/tasks.ts'

type Variables = Readonly<Record<string, string>>

/**
 * The variables of all steps of a task, the weaker overwritten by the stronger: those of the primary
 * image, CircleCI's built-in ones, the job's. A step's own are stronger still.
 */
export const variablesOf = (task: ClaimedTask, publicUrl: string): Variables => ({
  ...imageVariables(task),
  ...builtIn(task, publicUrl),
  ...task.body.environment,
})

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
